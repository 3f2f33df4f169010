import { describe, expect, it } from 'vitest';
import { badRequest, notFound, StatusError, tooManyRequests } from '../apimachinery/status.ts';
import { respondError, respondObject } from './respond.ts';

describe('an object as YAML', () => {
  it('has integers that no double holds, as they are', async () => {
    const answer = {
      format: { encoding: 'yaml', pretty: false },
      status: 200,
      gzip: false,
      warnings: [],
    } as const;
    const spec = { big: 9223372036854775807n, small: 1, text: '9223372036854775807', half: 0.5 };
    expect(await respondObject(answer, spec, '').text()).toBe(
      'big: 9223372036854775807\nhalf: 0.5\nsmall: 1\ntext: "9223372036854775807"\n',
    );
  });
});

describe('a refusal', () => {
  it.each([
    [tooManyRequests('slow down', 7), '7'],
    [new StatusError(409, 'AlreadyExists', 'no name is free', { retryAfterSeconds: 1 }), '1'],
    [notFound({ group: '', resource: 'pods' }, 'p'), null],
  ])('%s says when to come again, of whatever code it is: %s', (error, seconds) => {
    const { headers } = respondError(error);
    expect(headers.get('Retry-After')).toBe(seconds);
  });

  it('comes in the form the client takes, or else as indented JSON', async () => {
    const error = notFound({ group: '', resource: 'pods' }, 'p');
    const yaml = respondError(error, { encoding: 'yaml', pretty: false });
    expect(yaml.headers.get('Content-Type')).toBe('application/yaml');
    expect(await yaml.text()).toContain('code: 404\n');
    const none = await respondError(error).text();
    expect(none.startsWith('{\n  "kind": "Status",\n')).toBe(true);
    expect(none.endsWith('\n}')).toBe(true);
    expect(await respondError(error, { encoding: 'json', pretty: false }).text()).toMatch(
      /^\{"kind":"Status",.*\}\n$/,
    );
  });

  it('keeps what was to be warned of', () => {
    const { headers } = respondError(badRequest('no'), undefined, ['old', 'older']);
    expect(headers.get('Warning')).toBe('299 - "old", 299 - "older"');
  });

  it.each([
    [new StatusError(403, 'Forbidden', 'pods "p" is forbidden: User "u" cannot get resource'), 'nosniff'],
    [new StatusError(403, 'Forbidden', 'forbidden: User "u" cannot get path "/x"'), 'nosniff'],
    [new StatusError(403, 'Forbidden', 'pods "p" is forbidden: exceeded quota'), null],
    [badRequest('no'), null],
  ])('%s is guarded: %s', (error, guard) => {
    expect(respondError(error).headers.get('X-Content-Type-Options')).toBe(guard);
  });
});
