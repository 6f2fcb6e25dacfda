import { eld } from 'eld/medium';

const UNKNOWN = { code: 'und', confidence: 0 };

/** ISO 639-1 and a confidence from 0 to 1; `und` when there is too little to go by. */
export const detectLanguage = (text: string, minCharacters: number): { code: string; confidence: number } => {
  const letters = text.replaceAll(/https?:\S+|\S+@\S+|[^\p{L}\s]/gu, ' ').replaceAll(/\s+/g, ' ').trim();
  if (letters.length < minCharacters) return UNKNOWN;
  const found = eld.detect(letters);
  if (!found.language) return UNKNOWN;
  const score = found.getScores()[found.language] ?? 0;
  return { code: found.language, confidence: Math.min(1, found.isReliable() ? Math.max(score, 0.5) : score) };
};
