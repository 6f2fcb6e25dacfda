import { personalDataKinds, type Found, type Recognizer } from './found.ts';
import { findCards } from './recognizers/card.ts';
import { findEmails } from './recognizers/email.ts';
import { findIbans } from './recognizers/iban.ts';
import { findIpAddresses } from './recognizers/ip.ts';
import { knownNames } from './recognizers/known-name.ts';
import { findPhones } from './recognizers/phone.ts';
import { findSecrets } from './recognizers/secret.ts';
import { findSsns } from './recognizers/ssn.ts';

const TOKEN = new RegExp(`\\[(?:${personalDataKinds.join('|')})_\\d+\\]`, 'g');

/** A sender who writes `[EMAIL_1]` must not be handed somebody's address when tokens are turned back. */
const findLiterals: Recognizer = (text) =>
  [...text.matchAll(TOKEN)].map(({ 0: value, index }) => ({
    kind: 'LITERAL',
    start: index,
    end: index + value.length,
    identity: value,
  }));

const RECOGNIZERS: readonly Recognizer[] = [
  findLiterals,
  findSecrets,
  findEmails,
  findIbans,
  findCards,
  findSsns,
  findIpAddresses,
  findPhones,
];

const precedence = new Map(personalDataKinds.map((kind, index) => [kind, index]));
const precedes = (a: Found, b: Found): boolean => (precedence.get(a.kind) ?? 0) <= (precedence.get(b.kind) ?? 0);

/** Two findings that overlap become one that covers both, so that no half of either is left standing. */
const merged = (text: string, a: Found, b: Found): Found => {
  const winner = precedes(a, b) ? a : b;
  const [start, end] = [Math.min(a.start, b.start), Math.max(a.end, b.end)];
  const covers = winner.start === start && winner.end === end;
  return { kind: winner.kind, start, end, identity: covers ? winner.identity : text.slice(start, end).toLowerCase() };
};

/** What is personal or secret in a text, in order, without overlaps. `names` are those known from elsewhere. */
export const findPersonalData = (text: string, names: readonly string[] = []): readonly Found[] => {
  const all = [...RECOGNIZERS, knownNames(names)]
    .flatMap((find) => find(text))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const apart: Found[] = [];
  for (const found of all) {
    const last = apart.at(-1);
    if (last && found.start < last.end) apart[apart.length - 1] = merged(text, last, found);
    else apart.push(found);
  }
  return apart;
};
