import { compressLz4Block, decompressLz4Block } from './lz4-block.ts';

const MAGIC = 0x184d2204;
/** Version 1, independent blocks (Kafka's Java client refuses others), no checksums; blocks of 64 KiB; checksum of these two bytes. */
const HEADER = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
const BLOCK_BYTES = 64 * 1024;
const STORED = 0x80000000;
const END = Buffer.alloc(4);

const FLAGS_AT = 4;
const HAS_CONTENT_SIZE = 0x08;
const HAS_BLOCK_CHECKSUMS = 0x10;
/** By the three bits of the block descriptor. */
const BLOCK_SIZES: Readonly<Record<number, number>> = {
  4: 64 * 1024,
  5: 256 * 1024,
  6: 1024 * 1024,
  7: 4 * 1024 * 1024,
};
/** A byte of a block stands for at most so many. */
const MOST_PER_BYTE = 255;

interface Block {
  readonly bytes: Buffer;
  readonly isStored: boolean;
}

const frameBlock = (input: Buffer): readonly Buffer[] => {
  const compressed = compressLz4Block(input);
  const isStored = compressed.length >= input.length;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(isStored ? (STORED | input.length) >>> 0 : compressed.length);
  return [length, isStored ? input : compressed];
};

/** As Kafka's producers write it, from record format 2 on. */
export const compressLz4 = (input: Buffer): Buffer => {
  const parts: Buffer[] = [HEADER];
  for (let at = 0; at < input.length; at += BLOCK_BYTES)
    parts.push(...frameBlock(input.subarray(at, at + BLOCK_BYTES)));
  return Buffer.concat([...parts, END]);
};

const blocksOf = (frame: Buffer, from: number, checksumBytes: number): readonly Block[] => {
  const blocks: Block[] = [];
  for (let at = from; ;) {
    const head = frame.readUInt32LE(at);
    if (head === 0) return blocks;
    const length = (head & ~STORED) >>> 0;
    at += 4;
    if (at + length > frame.length) throw new RangeError('reading lz4: the frame ends inside a block');
    blocks.push({ bytes: frame.subarray(at, at + length), isStored: head >= STORED });
    at += length + checksumBytes;
  }
};

/** Reads an LZ4 frame, its blocks dependent or not. Checksums are not verified: the broker's own covers the batch. @throws RangeError */
export const decompressLz4 = (frame: Buffer): Buffer => {
  if (frame.readUInt32LE(0) !== MAGIC) throw new RangeError('reading lz4: this is no LZ4 frame');
  const flags = frame.readUInt8(FLAGS_AT);
  const blockSize = BLOCK_SIZES[(frame.readUInt8(FLAGS_AT + 1) >> 4) & 0x07];
  if (blockSize === undefined) throw new RangeError('reading lz4: unknown block size');
  const headerBytes = HEADER.length + ((flags & HAS_CONTENT_SIZE) === 0 ? 0 : 8);
  const blocks = blocksOf(frame, headerBytes, (flags & HAS_BLOCK_CHECKSUMS) === 0 ? 0 : 4);
  const bound = blocks.reduce(
    (sum, { bytes, isStored }) => sum + (isStored ? bytes.length : Math.min(blockSize, bytes.length * MOST_PER_BYTE)),
    0,
  );
  const output = Buffer.alloc(bound);
  let written = 0;
  for (const { bytes, isStored } of blocks)
    written = isStored ? written + bytes.copy(output, written) : decompressLz4Block(bytes, output, written);
  return output.subarray(0, written);
};
