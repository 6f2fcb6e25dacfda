import { compress, uncompress } from 'snappyjs';

/** Java's framing: magic, then version and lowest compatible version, then blocks with their lengths. */
const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const HEADER = Buffer.concat([MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);
/** As Java has it: what a reader needs at a time. */
const BLOCK_BYTES = 32 * 1024;

/** As Kafka's Java producers write it. */
export const compressSnappy = (input: Buffer): Buffer => {
  const parts: Uint8Array[] = [HEADER];
  for (let at = 0; at < input.length; at += BLOCK_BYTES) {
    const block = compress(input.subarray(at, at + BLOCK_BYTES));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
};

/** Reads both forms that are about: in Java's frames, and bare, as librdkafka and others write it. @throws Error when it is neither. */
export const decompressSnappy = (input: Buffer): Buffer => {
  if (!input.subarray(0, MAGIC.length).equals(MAGIC)) return Buffer.from(uncompress(input));
  if (input.length < HEADER.length) throw new RangeError('reading snappy: the frame ends inside its header');
  const parts: Uint8Array[] = [];
  for (let at = HEADER.length; at < input.length;) {
    const start = at + 4;
    at = start + input.readUInt32BE(at);
    if (at > input.length) throw new RangeError('reading snappy: the frame ends inside a block');
    parts.push(uncompress(input.subarray(start, at)));
  }
  return Buffer.concat(parts);
};
