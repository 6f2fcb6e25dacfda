const LENGTH_BYTES = 4;

/** Cuts a byte stream into Kafka's frames, each with its four-byte length in front, whatever pieces it arrives in. */
export const splitFrames = (onFrame: (frame: Buffer) => void): ((chunk: Buffer) => void) => {
  let pieces: Buffer[] = [];
  let held = 0;
  return (chunk) => {
    pieces.push(chunk);
    held += chunk.length;
    let bytes = Buffer.concat(pieces, held);
    while (bytes.length >= LENGTH_BYTES && bytes.length >= LENGTH_BYTES + bytes.readInt32BE(0)) {
      const end = LENGTH_BYTES + bytes.readInt32BE(0);
      onFrame(bytes.subarray(0, end));
      bytes = bytes.subarray(end);
    }
    pieces = [bytes];
    held = bytes.length;
  };
};
