import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';
import { compressLz4, decompressLz4 } from './codecs/lz4-frame.ts';
import { compressSnappy, decompressSnappy } from './codecs/xerial-snappy.ts';

const compressZstd = promisify(zstdCompress);
const decompressZstd = promisify(zstdDecompress);

/** The encoder hands over an object that holds the bytes. */
interface Encoder {
  readonly buffer: Buffer;
}

interface Codec {
  compress(bytes: Buffer): Buffer | Promise<Buffer>;
  decompress(bytes: Buffer): Buffer | Promise<Buffer>;
}

const register = (type: keyof typeof kafkajs.CompressionCodecs, codec: Codec): void => {
  kafkajs.CompressionCodecs[type] = () => ({
    compress: async ({ buffer }: Encoder) => codec.compress(buffer),
    decompress: async (buffer: Buffer) => codec.decompress(buffer),
  });
};

/** kafkajs has gzip only and crashes on anything else that a foreign producer wrote. */
export const registerCodecs = (): void => {
  const { Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;
  register(Snappy, { compress: compressSnappy, decompress: decompressSnappy });
  register(LZ4, { compress: compressLz4, decompress: decompressLz4 });
  register(ZSTD, { compress: compressZstd, decompress: decompressZstd });
};
