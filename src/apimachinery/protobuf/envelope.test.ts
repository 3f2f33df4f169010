import { describe, expect, it } from 'vitest';
import { decodeEnvelope, encodeEnvelope, encodeWatchFrame, isEnvelope } from './envelope.ts';
import { ProtobufError } from './wire.ts';

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replace(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

describe('the envelope', () => {
  const wire = bytes('6b387300 0a09 0a027631 1203506f64 1202 0a00 1a00 2200');
  it('goes both ways', () => {
    expect(decodeEnvelope(wire)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      raw: bytes('0a00'),
      contentEncoding: '',
      contentType: '',
    });
    expect([...encodeEnvelope('v1', 'Pod', bytes('0a00'))]).toEqual([...wire]);
    expect(isEnvelope(wire)).toBe(true);
  });
  it.each([
    ['', 'empty data'],
    ['6b387300', 'empty body'],
    ['7b7d', 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'],
    ['6b387300 0aff', 'unexpected EOF'],
    ['6b387300 00', 'proto: illegal tag 0'],
  ])('refuses %j: %s', (hex, message) => {
    expect(() => decodeEnvelope(bytes(hex))).toThrow(new ProtobufError(message));
  });
});

describe('a watch frame', () => {
  it('has its length in four bytes before a WatchEvent', () => {
    expect([...encodeWatchFrame('ADDED', bytes('aabb'))]).toEqual([
      ...bytes('0000000d 0a05 4144444544 1204 0a02aabb'),
    ]);
  });
});
