/** Bytes under their own SHA-256: attachments, and raw bodies over 256 KiB. */
export interface BlobStore {
  /** Stores and returns the hash (hex). Storing the same bytes again changes nothing. @throws TransientError */
  put(bytes: Buffer, mediaType: string): Promise<string>;
  /** Null when there is no such blob (it was erased). @throws TransientError */
  get(sha256: string): Promise<Buffer | null>;
}
