import type { Found, Recognizer } from '../found.ts';

/** `@` as written, full width, percent-encoded, and spelled out in brackets. */
const AT = /@|＠|﹫|%40|\s?[[({<]\s?at\s?[\])}>]\s?/giu;
/** ` dot com`, as speech recognisers and cautious people write it. */
const SPELLED_OUT = /^(?:\s?[[({<]?\s?dot\s?[\])}>]?\s?[\p{L}\p{N}-]{2,63}){1,3}/iu;
const LOCAL = /[\p{L}\p{M}\p{N}._%+\-!#$~^{}|`'’]/u;
/** What the standard also allows. Used only where there is nothing else, as it would swallow the address before `?mail=`. */
const ODD_LOCAL = /[^\s@"(),:;<>[\]\\]/u;
const HOST = /[\p{L}\p{M}\p{N}.\-_]/u;

/** Goes back from `from` while characters fit: linear in what it covers, where a pattern would start over at each one. */
const back = (text: string, from: number, fits: RegExp): number => {
  let at = from;
  while (at > 0 && fits.test(text[at - 1] ?? '')) at -= 1;
  return at;
};

const ahead = (text: string, from: number, fits: RegExp): number => {
  let at = from;
  while (fits.test(text[at] ?? '')) at += 1;
  return at;
};

const startOfLocal = (text: string, at: number): number => {
  const start = back(text, at, LOCAL);
  const lead = /^[.'’`{|]*/.exec(text.slice(start, at))?.[0].length ?? 0;
  return start + lead < at ? start + lead : back(text, at, ODD_LOCAL);
};

const normal = (local: string, host: string): string =>
  `${local}@${host.replace(/\s?[[({<]?\s?dot\s?[\])}>]?\s?/giu, '.')}`.toLowerCase();

export const findEmails: Recognizer = (text) => {
  const found: Found[] = [];
  for (const at of text.matchAll(AT)) {
    const afterAt = at.index + at[0].length;
    const start = startOfLocal(text, at.index);
    const host = text.slice(afterAt, ahead(text, afterAt, HOST)).replace(/[.\-_]+$/, '');
    const spelledOut = SPELLED_OUT.exec(text.slice(afterAt + host.length, afterAt + host.length + 200))?.[0] ?? '';
    const local = text.slice(start, at.index);
    if (!local || !/\p{L}/u.test(local + host) || !/\p{L}|\d+\.\d+/u.test(host)) continue;
    found.push({
      kind: 'EMAIL',
      start,
      end: afterAt + host.length + spelledOut.length,
      identity: normal(local, host + spelledOut),
    });
  }
  return found;
};
