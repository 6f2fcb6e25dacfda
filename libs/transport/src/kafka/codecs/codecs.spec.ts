import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { compress as bareSnappy } from 'snappyjs';
import { describe, expect, it } from 'vitest';
import { compressLz4, decompressLz4 } from './lz4-frame.ts';
import { compressSnappy, decompressSnappy } from './xerial-snappy.ts';

/** What a batch holds: text that repeats itself, noise, and both; shorter and longer than a block. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }).map((array) => Buffer.from(array)),
  fc
    .tuple(fc.string({ minLength: 1, maxLength: 40 }), fc.nat(5_000), fc.uint8Array({ maxLength: 40 }))
    .map(([text, times, tail]) => Buffer.concat([Buffer.from(text.repeat(times)), tail])),
  fc.nat(200_000).map((length) => randomBytes(length)),
);

describe.each([
  { name: 'lz4', compress: compressLz4, decompress: decompressLz4 },
  { name: 'snappy', compress: compressSnappy, decompress: decompressSnappy },
])('$name', ({ compress, decompress }) => {
  it('gives back what it was given', () => {
    fc.assert(
      fc.property(bytes, (input) => decompress(compress(input)).equals(input)),
      { numRuns: 200 },
    );
  });

  it('makes text that repeats itself shorter', () => {
    expect(compress(Buffer.from('an inquiry about prices '.repeat(5_000))).length).toBeLessThan(12_000);
  });

  it('refuses what is cut off, and never gives back half of it', () => {
    const whole = compress(Buffer.concat([Buffer.from('a lead '.repeat(20_000)), randomBytes(5_000)]));
    for (const cut of [11, 30, 500, whole.length - 5]) expect(() => decompress(whole.subarray(0, cut))).toThrow();
  });
});

describe('lz4 as others write it', () => {
  const header = (flags: number, size: number) => Buffer.from([0x04, 0x22, 0x4d, 0x18, flags, size, 0]);
  const end = Buffer.alloc(4);
  /** Token 0x10: one literal and a match of four; then the last literals. */
  const block = Buffer.from([0x10, 0x61, 0x01, 0x00, 0x50, ...Buffer.from('bcdef')]);
  const lengthOf = (of: Buffer) => {
    const four = Buffer.alloc(4);
    four.writeUInt32LE(of.length);
    return four;
  };

  it('may carry the content size and checksums of blocks', () => {
    const frame = Buffer.concat([
      header(0x78, 0x70).subarray(0, 6),
      Buffer.alloc(8),
      Buffer.alloc(1),
      lengthOf(block),
      block,
      Buffer.from([1, 2, 3, 4]),
      end,
    ]);
    expect(decompressLz4(frame).toString()).toBe('aaaaabcdef');
  });

  it('may refer to the block before', () => {
    const second = Buffer.from([0x00, 0x0a, 0x00, 0x50, ...Buffer.from('vwxyz')]);
    const frame = Buffer.concat([header(0x40, 0x40), lengthOf(block), block, lengthOf(second), second, end]);
    expect(decompressLz4(frame).toString()).toBe('aaaaabcdefaaaavwxyz');
  });

  it('may not refer to what lies before the first block', () => {
    const wrong = Buffer.from([0x10, 0x61, 0x09, 0x00, 0x50, ...Buffer.from('bcdef')]);
    expect(() => decompressLz4(Buffer.concat([header(0x60, 0x40), lengthOf(wrong), wrong, end]))).toThrow('outside');
  });
});

describe('snappy as others write it', () => {
  it('may come without frames', () => {
    const text = Buffer.from('a form from a website '.repeat(100));
    expect(decompressSnappy(Buffer.from(bareSnappy(text))).equals(text)).toBe(true);
  });
});
