import { describe, expect, it } from 'vitest';
import { MAX_BODY, readBody } from './body.ts';

/** A request whose body comes in pieces of a MiB; `taken` counts those that were read. */
function upload(pieces: number, headers: Record<string, string> = {}) {
  const counter = { taken: 0 };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (counter.taken === pieces) return controller.close();
        counter.taken++;
        controller.enqueue(new Uint8Array(1024 * 1024).fill(counter.taken));
      },
    },
    { highWaterMark: 0 },
  );
  const init = { method: 'POST', body, headers, duplex: 'half' } as RequestInit;
  return { counter, request: new Request('https://cluster/', init) };
}

describe('readBody', () => {
  it('puts the pieces together up to the limit', async () => {
    const bytes = await readBody(upload(3).request);
    expect(bytes).toHaveLength(MAX_BODY);
    expect([bytes[0], bytes.at(-1)]).toEqual([1, 3]);
  });

  it('reads the rest of what is too large, so that the client comes to read the answer', async () => {
    const { counter, request } = upload(5);
    await expect(readBody(request)).rejects.toThrow('Request entity too large: limit is 3145728');
    expect(counter.taken).toBe(5);
  });

  it('reads no end of it', async () => {
    const { counter, request } = upload(100);
    await expect(readBody(request)).rejects.toThrow('Request entity too large');
    expect(counter.taken).toBe(13);
    const declared = upload(100, { 'Content-Length': '100000000' });
    await expect(readBody(declared.request)).rejects.toThrow('Request entity too large');
    expect(declared.counter.taken).toBe(0);
  });
});
