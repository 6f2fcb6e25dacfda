import { matches, type Recognizer } from '../found.ts';

/** Access tokens by the prefixes their issuers gave them so that they can be found, and secrets that are called by name. */
const PATTERNS: readonly RegExp[] = [
  /\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|svcacct)?[-_]?[A-Za-z0-9_-]{16,200}/g,
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|glpat-[A-Za-z0-9_-]{16,255})/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{8,255}/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bAIza[0-9A-Za-z_-]{30,45}/g,
  /\bwhsec_[A-Za-z0-9+/=]{16,128}/g,
  /\beyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{0,2000}/g,
  /\bBearer\s+(?<value>(?=[A-Za-z._~+/-]{0,200}\d)[A-Za-z0-9._~+/-]{12,4000}=*)/gi,
  /:\/\/(?<value>[^\s/:@]{1,100}:[^\s/@]{1,200})@/g,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,8000}?-----END [A-Z ]{0,30}PRIVATE KEY-----/g,
  /\b(?:password|passwd|passcode|pwd|api[ _-]?key|access[ _-]?token|client[ _-]?secret|auth[ _-]?token)\s{0,2}(?:is|[:=])\s{0,2}["']?(?<value>[^\s"',;]{4,200})/gi,
];

const recognizers = PATTERNS.map((pattern) => matches('SECRET', pattern, (value) => value));

export const findSecrets: Recognizer = (text) => recognizers.flatMap((find) => find(text));
