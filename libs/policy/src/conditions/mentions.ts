const WORD_EDGE = /[\p{L}\p{N}]/u;

/** True when one of the phrases stands in the text as whole words. Text and phrases are compared in lower case. */
export const mentions = (text: string, phrases: readonly string[]): boolean => {
  const lower = text.toLowerCase();
  return phrases.some((phrase) => standsIn(lower, phrase.toLowerCase()));
};

const standsIn = (text: string, phrase: string): boolean => {
  for (let at = text.indexOf(phrase); at !== -1; at = text.indexOf(phrase, at + 1)) {
    const before = text[at - 1] ?? '';
    const after = text[at + phrase.length] ?? '';
    if (!WORD_EDGE.test(before) && !WORD_EDGE.test(after)) return true;
  }
  return false;
};
