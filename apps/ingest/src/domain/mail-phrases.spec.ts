import { describe, expect, it } from 'vitest';
import { patternOf, phraseTables, recognizer, type PhraseTable } from './mail-phrases.ts';

const cases = ({ phrases, sample }: PhraseTable) =>
  phrases.map((phrase) => ({ phrase, line: typeof phrase === 'string' ? sample(phrase) : phrase[1] }));

describe.each(Object.entries(phraseTables))('%s', (_name, table) => {
  it.each(cases(table))('recognises, and by this phrase alone: $line', ({ phrase, line }) => {
    const others = table.phrases.filter((one) => one !== phrase).map(patternOf);
    expect([recognizer(table).test(line), table.frame(others.join('|')).test(line)]).toEqual([true, false]);
  });

  it('recognises no line of a message', () => {
    const said = ['We would like two hundred seats, please.', 'Thanks for the offer, it looks good to us.', ''];
    expect(said.filter((line) => recognizer(table).test(line))).toEqual([]);
  });
});
