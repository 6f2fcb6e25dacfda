import { matches, type Found, type Recognizer } from '../found.ts';
import { NO_SECRETS } from './no-secrets.ts';

/** Forms that issuers gave their secrets so that they can be found. */
const ISSUED: Readonly<Record<string, RegExp>> = {
  'stripe, openai': /\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|svcacct)?[-_]?[A-Za-z0-9_-]{16,200}/g,
  'github, classic': /\bgh[pousr]_[A-Za-z0-9]{20,255}/g,
  'github, fine-grained': /\bgithub_pat_[A-Za-z0-9_]{20,255}/g,
  gitlab: /\bglpat-[A-Za-z0-9_-]{16,255}/g,
  slack: /\bxox[abeoprs]-[A-Za-z0-9-]{8,255}/g,
  aws: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  google: /\bAIza[0-9A-Za-z_-]{30,45}/g,
  'standard webhooks': /\bwhsec_[A-Za-z0-9+/=]{16,128}/g,
  'json web token': /\beyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{0,2000}/g,
  bearer: /\bBearer\s+(?<value>(?=[A-Za-z._~+/-]{0,200}\d)[A-Za-z0-9._~+/-]{12,4000}=*)/gi,
  'user and password of an address': /:\/\/(?<value>[^\s/:@]{1,100}:[^\s/@]{1,200})@/g,
  'private key': /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,8000}?-----END [A-Z ]{0,30}PRIVATE KEY-----/g,
};

/** What secrets are called. */
const NAMES = [
  ...['password', 'passwd', 'passcode', 'passphrase', 'pwd', 'pw', 'secret', 'token'],
  ...['api[ _-]?key', 'secret[ _-]?key', 'client[ _-]?secret', '(?:access|auth|refresh|session|bot)[ _-]?token'],
  ...['passwort', 'kennwort', 'mot de passe', 'contraseña', 'senha', 'palavra-passe', 'parola', 'wachtwoord'],
  ...['lösenord', 'adgangskode', 'hasło', 'пароль', 'şifre', '密码', 'パスワード'],
];
/** What is made of digits alone. `code` is none: most codes are not secret, and people must see which one was wrong. */
const NAMES_OF_DIGITS = ['pin', 'otp', 'cvv', 'cvc'];
/** Between the name and the secret, where no colon or equals sign stands. */
const VERBS = ['is', 'was', 'to', 'ist', 'war', 'lautet', 'est', 'es', 'é', 'è', 'jest', 'är', 'er'];
const FILLERS = ['now', 'still', 'currently', 'jetzt', 'nun', 'maintenant', 'ahora', 'agora', 'adesso', 'nu'];

const QUOTES = `"'“”„«»‘’`;
const STARTS = String.raw`(?<![\p{L}\p{N}])`;
const ENDS = String.raw`(?![\p{L}\p{N}${QUOTES}])`;
const afterVerb = String.raw`\s{1,2}(?:${VERBS.join('|')})${ENDS}(?:\s(?:${FILLERS.join('|')})${ENDS})?:?`;
const called = (names: readonly string[], value: string): RegExp =>
  new RegExp(
    String.raw`${STARTS}(?:${names.join('|')})(?:["']?\s{0,2}[:：=]|${afterVerb})\s{0,2}[${QUOTES}]?(?<value>${value})`,
    'giu',
  );

const BY_NAME = called(NAMES, String.raw`[^\s,;${QUOTES}]{4,200}`);
const DIGITS_BY_NAME = called(NAMES_OF_DIGITS, String.raw`\d{3,8}(?!\d)`);

/** Signs that no word of a sentence has. */
const SIGN = /[@#$%^&*+=~|\\<>{}?!]/u;
const SENTENCE_END = /[.!?…)\]}:]+$/u;
/** Words, also joined by what joins words: `case-sensitive`, `weak/short`, `PASSWORD_EXPIRED`. */
const WORDS = /^\p{L}[\p{L}\p{M}]*(?:[-/_.]\p{L}[\p{L}\p{M}]*)*$/u;
const RANGE = /^\d{1,3}[-–—]\d{1,3}$/u;
const MASKED = /^[*•xX.#_-]+$/u;
/** No word that says something of a secret is as long. */
const LONGEST_WORD = 24;

/** No rest of a sentence follows: `password: swordfish`, and not `password: required field`. */
const STANDS_ALONE = new RegExp(String.raw`^[.!?)\]}${QUOTES}]*(?:$|[\r\n,;])`, 'u');
const AFTER_COLON = new RegExp(String.raw`[:：=${QUOTES}]\s*$`, 'u');
/** What of a text around a value tells how it stands there. */
const AROUND = 8;

/** Whether it looks like a secret, or like a word that says something about one: `expired`, `falsch`, `required field`. */
const looksSecret = (text: string, { start, end }: Found): boolean => {
  const value = text.slice(start, end).replace(SENTENCE_END, '');
  if (NO_SECRETS.has(value.toLowerCase()) || RANGE.test(value) || MASKED.test(value)) return false;
  if (!WORDS.test(value)) return /\d/u.test(value) || SIGN.test(value);
  if (value.length >= LONGEST_WORD && /^\p{L}+$/u.test(value)) return true;
  return (
    AFTER_COLON.test(text.slice(Math.max(0, start - AROUND), start)) && STANDS_ALONE.test(text.slice(end, end + AROUND))
  );
};

const issued = Object.values(ISSUED).map((pattern) => matches('SECRET', pattern, (value) => value));
const byName = matches('SECRET', BY_NAME, (value) => value);
const digitsByName = matches('SECRET', DIGITS_BY_NAME, (value) => value);

export const findSecrets: Recognizer = (text) => [
  ...issued.flatMap((find) => find(text)),
  ...byName(text).filter((found) => looksSecret(text, found)),
  ...digitsByName(text),
];
