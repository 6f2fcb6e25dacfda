import { truncate } from '@sluice/kernel';
import { findPersonalData } from './find-personal-data.ts';
import type { RedactedText } from './redacted-text.ts';
import type { TokenBook } from './token-book.ts';

export interface Redactor {
  /** Takes personal data out of a text that goes to a model, and cuts what is left to `maxCharacters`, never through a token. */
  redact(text: string, maxCharacters?: number): RedactedText;
  /** Puts back, in a model's answer, what this redactor took out. Tokens it never gave stay as they are. */
  restore<Value>(answer: Value): Value;
}

interface RedactorOptions {
  readonly book: TokenBook;
  /** Names known from elsewhere, such as the contact's own. */
  readonly names?: readonly string[];
}

/** More of a text than this is not even redacted: far above what a model is shown, and far below what would hold a process up. */
const MOST_CHARACTERS = 200_000;
/** Cut through, a token would read as something else. */
const HALF_A_TOKEN = /\[[A-Z]{0,8}_?\d{0,6}$/;
const ANY_TOKEN = /\[[A-Z]+_\d+\]/g;

/** For the texts of one prompt. What it took out stays in this process, under the tokens of the conversation's book. */
export const redactor = ({ book, names = [] }: RedactorOptions): Redactor => {
  const originals = new Map<string, string>();

  const redactWhole = (text: string): string => {
    let redacted = '';
    let done = 0;
    for (const found of findPersonalData(text, names)) {
      const token = book.tokenOf(found);
      if (!originals.has(token)) originals.set(token, text.slice(found.start, found.end));
      redacted += text.slice(done, found.start) + token;
      done = found.end;
    }
    return redacted + text.slice(done);
  };

  // Redacted before it is cut: the first half of an address is personal too.
  const redact = (text: string, maxCharacters = MOST_CHARACTERS): string => {
    const whole = redactWhole(truncate(text, MOST_CHARACTERS));
    return whole.length <= maxCharacters ? whole : truncate(whole, maxCharacters).replace(HALF_A_TOKEN, '');
  };

  const restore = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(ANY_TOKEN, (token) => originals.get(token) ?? token);
    if (Array.isArray(value)) return value.map(restore);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, restore(inner)]));
  };

  return {
    // The only place where text is declared redacted.
    redact: (text, maxCharacters) => redact(text, maxCharacters) as RedactedText,
    // Strings stay strings and shapes stay shapes, so the type of what goes in is the type of what comes out.
    restore: <Value>(answer: Value) => restore(answer) as Value,
  };
};
