import { describe, expect, it } from 'vitest';
import { notFound, StatusError, tooManyRequests } from '../apimachinery/status.ts';
import { respondError } from './respond.ts';

describe('a refusal', () => {
  it.each([
    [tooManyRequests('slow down', 7), '7'],
    [new StatusError(409, 'AlreadyExists', 'no name is free', { retryAfterSeconds: 1 }), '1'],
    [notFound({ group: '', resource: 'pods' }, 'p'), null],
  ])('%s says when to come again, of whatever code it is: %s', (error, seconds) => {
    const { headers } = respondError(error);
    expect(headers.get('Retry-After')).toBe(seconds);
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
  });
});
