/** Bytes under their own SHA-256: attachments, and raw bodies over 256 KiB. */
export interface BlobStore {
  /** Stores for `keepDays` at least, and returns the hash (hex). The same bytes again are kept for whichever is longer. @throws TransientError */
  put(bytes: Buffer, of: { readonly mediaType: string; readonly keepDays: number }): Promise<string>;
  /** Null when there is no such blob: its time is over, or it was erased. @throws TransientError */
  get(sha256: string): Promise<Buffer | null>;
}
