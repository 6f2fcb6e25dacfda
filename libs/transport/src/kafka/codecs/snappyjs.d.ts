/** The format itself, without any framing. */
declare module 'snappyjs' {
  /** @throws Error when it is no Snappy. */
  export const uncompress: (compressed: Uint8Array) => Uint8Array;
  export const compress: (uncompressed: Uint8Array) => Uint8Array;
}
