import { describe, expect, it } from 'vitest';
import { endsAtOnce } from './entry-point.ts';

describe('an image without a command', () => {
  it.each([
    ['busybox', true],
    ['registry.example.com/mirror/busybox:1.37', true],
    ['python:3.13-slim', true],
    ['hello-world', true],
    ['nginx:1', false],
    ['busybox-server', false],
    ['registry.example.com/debian/nginx', false],
    ['', false],
  ])('%s', (image, expected) => {
    expect(endsAtOnce({ name: 'c', image })).toBe(expected);
  });

  it('waits for input when it has one', () => {
    expect(endsAtOnce({ name: 'c', image: 'busybox', stdin: true })).toBe(false);
    expect(endsAtOnce({ name: 'c', image: 'hello-world', stdin: true })).toBe(true);
  });
});
