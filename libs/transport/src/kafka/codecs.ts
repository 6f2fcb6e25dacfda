import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** The encoder hands over an object that holds the bytes. */
interface Encoder { readonly buffer: Buffer }

/** kafkajs has gzip only and crashes on anything else a foreign producer wrote; Node has zstd itself. */
export const registerCodecs = (): void => {
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: Encoder) => compress(buffer),
    decompress: (buffer: Buffer) => decompress(buffer),
  });
};
