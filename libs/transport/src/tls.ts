/** TLS of one connection: whom it trusts, and how it shows who it is. All PEM. */
export interface TlsOptions {
  /** Certificates of the authorities that are trusted; those that Node knows when not given. */
  readonly ca?: string;
  /** Our own certificate, with those between it and its authority, for mutual TLS. */
  readonly cert?: string;
  readonly key?: string;
  /** Of an encrypted `key`. */
  readonly passphrase?: string;
}
