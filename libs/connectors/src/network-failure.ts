/** Failures before a byte of the request could leave: nothing was applied. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const DEEPEST = 6;

const causesOf = (error: unknown): readonly Error[] => {
  const causes: Error[] = [];
  for (let at = error; at instanceof Error && causes.length < DEEPEST; at = at.cause) causes.push(at);
  return causes;
};

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');

export type NetworkFailure = 'not-sent' | 'timeout' | 'broken';

/** What a failed fetch says about the request: whether it can have arrived. */
export const networkFailureOf = (error: unknown): NetworkFailure => {
  const causes = causesOf(error);
  if (causes.some((cause) => NOT_SENT.has(codeOf(cause)))) return 'not-sent';
  return causes.some(({ name }) => name === 'TimeoutError' || name === 'AbortError') ? 'timeout' : 'broken';
};
