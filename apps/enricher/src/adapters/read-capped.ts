import type { ReadableStream } from 'node:stream/web';

/** At most `maxBytes` of a body; the rest is never fetched. Counted after decompression, so that a small bomb stays small. */
export const readCapped = async (body: ReadableStream | null, maxBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    const next = Buffer.from(chunk as Uint8Array).subarray(0, maxBytes - bytes);
    chunks.push(next);
    bytes += next.length;
    // Leaving the loop cancels the stream, which closes the connection.
    if (bytes >= maxBytes) break;
  }
  return Buffer.concat(chunks);
};
