const MIN_MATCH = 4;
/** The format's: the last five bytes are literals, and no match begins in the last twelve. Java and C refuse a block that differs. */
const LAST_LITERALS = 5;
const MATCH_LIMIT = 12;
const MAX_DISTANCE = 0xffff;
const HASH_BITS = 14;
/** Both lengths of a token go up to this, and on in bytes of at most 255. */
const LENGTH_IN_TOKEN = 15;

/** No block of `length` bytes comes out longer. */
export const lz4Bound = (length: number): number => length + Math.ceil(length / 255) + 16;

const hashOf = (sequence: number): number => Math.imul(sequence, 2_654_435_761) >>> (32 - HASH_BITS);

const writeRest = (output: Buffer, at: number, length: number): number => {
  let position = at;
  let rest = length - LENGTH_IN_TOKEN;
  for (; rest >= 255; rest -= 255) output[position++] = 255;
  output[position++] = rest;
  return position;
};

/** Literals and then a match; the last sequence of a block has none. */
interface Sequence {
  readonly literals: Buffer;
  readonly match: { readonly distance: number; readonly length: number } | null;
}

/** Gives the new position. */
const writeSequence = (output: Buffer, at: number, { literals, match }: Sequence): number => {
  const matchLength = match === null ? 0 : match.length - MIN_MATCH;
  let position = at;
  output[position++] = (Math.min(literals.length, LENGTH_IN_TOKEN) << 4) | Math.min(matchLength, LENGTH_IN_TOKEN);
  if (literals.length >= LENGTH_IN_TOKEN) position = writeRest(output, position, literals.length);
  position += literals.copy(output, position);
  if (match === null) return position;
  position = output.writeUInt16LE(match.distance, position);
  return matchLength >= LENGTH_IN_TOKEN ? writeRest(output, position, matchLength) : position;
};

const matchLengthAt = (input: Buffer, candidate: number, at: number): number => {
  const end = input.length - LAST_LITERALS;
  let length = MIN_MATCH;
  while (at + length < end && input[candidate + length] === input[at + length]) length += 1;
  return length;
};

/** One LZ4 block that needs no other to be read. */
export const compressLz4Block = (input: Buffer): Buffer => {
  const output = Buffer.allocUnsafe(lz4Bound(input.length));
  const lastSeen = new Int32Array(1 << HASH_BITS).fill(-1);
  let written = 0;
  let anchor = 0;
  for (let at = 0; at <= input.length - MATCH_LIMIT;) {
    const sequence = input.readUInt32LE(at);
    const slot = hashOf(sequence);
    const candidate = lastSeen[slot] ?? -1;
    lastSeen[slot] = at;
    if (candidate < 0 || at - candidate > MAX_DISTANCE || input.readUInt32LE(candidate) !== sequence) {
      at += 1;
      continue;
    }
    const length = matchLengthAt(input, candidate, at);
    written = writeSequence(output, written, {
      literals: input.subarray(anchor, at),
      match: { distance: at - candidate, length },
    });
    at += length;
    anchor = at;
  }
  return output.subarray(0, writeSequence(output, written, { literals: input.subarray(anchor), match: null }));
};

/** Adds a block to what `output` holds up to `from`; a block may refer to what lies before it. @throws RangeError when it is no LZ4. */
export const decompressLz4Block = (block: Buffer, output: Buffer, from: number): number => {
  let at = 0;
  let written = from;
  const lengthFrom = (inToken: number): number => {
    let length = inToken;
    for (let byte = 255; inToken === LENGTH_IN_TOKEN && byte === 255; at += 1) {
      byte = block.readUInt8(at);
      length += byte;
    }
    return length;
  };
  const take = (length: number): void => {
    if (at + length > block.length || written + length > output.length)
      throw new RangeError('reading lz4: a block ends before its literals');
    block.copy(output, written, at, at + length);
    at += length;
    written += length;
  };
  const repeat = (distance: number, length: number): void => {
    if (distance === 0 || distance > written || written + length > output.length)
      throw new RangeError('reading lz4: a match lies outside of the block');
    // Byte by byte where source and target overlap: the repetition feeds on itself.
    if (distance >= length) output.copyWithin(written, written - distance, written - distance + length);
    else for (let n = 0; n < length; n += 1) output[written + n] = output[written + n - distance] ?? 0;
    written += length;
  };
  while (at < block.length) {
    const token = block.readUInt8(at);
    at += 1;
    take(lengthFrom(token >> 4));
    if (at >= block.length) break;
    const distance = block.readUInt16LE(at);
    at += 2;
    repeat(distance, lengthFrom(token & 0x0f) + MIN_MATCH);
  }
  return written;
};
