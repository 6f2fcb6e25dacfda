import { eld } from 'eld/small';

const UNKNOWN = { code: 'und', confidence: 0 };

/** A language shows within the first few paragraphs; more only takes longer. */
const READ_CHARACTERS = 4_000;

const isWord = (token: string): boolean => !token.includes('@') && !/^<?https?:/i.test(token);

const lettersOf = (text: string): string =>
  text
    .slice(0, READ_CHARACTERS)
    .split(/\s+/u)
    .filter(isWord)
    .join(' ')
    .replaceAll(/[^\p{L}\p{M}\s]/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();

/** ISO 639-1 and a confidence from 0 to 1; `und` when there is too little to go by. */
export const detectLanguage = (text: string, minCharacters: number): { code: string; confidence: number } => {
  const letters = lettersOf(text);
  if (letters.length < minCharacters) return UNKNOWN;
  const found = eld.detect(letters);
  if (!found.language) return UNKNOWN;
  const score = found.getScores()[found.language] ?? 0;
  return { code: found.language, confidence: Math.min(1, found.isReliable() ? Math.max(score, 0.5) : score) };
};
