import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readAnswer } from './answer-format.ts';

const schema = z.object({ category: z.enum(['lead', 'spam', 'billing']), intent: z.string().nullable() });
const LEAD = '{"category":"lead","intent":null}';
const SPAM = '{"category":"spam","intent":null}';
const lead = { category: 'lead', intent: null };

describe('an answer is read', () => {
  it.each([
    { how: 'by itself', text: LEAD },
    { how: 'after a byte order mark', text: `\ufeff${LEAD}` },
    {
      how: 'after thoughts with braces',
      text: `<think>The schema is {category, intent}. Maybe ${SPAM}?</think>\n${LEAD}`,
    },
    { how: 'after thoughts whose beginning the server kept', text: `It is {unclear}. ${SPAM}\n</think>\n\n${LEAD}` },
    { how: 'after thoughts under another name', text: `<Reasoning depth="2">${SPAM}</Reasoning>${LEAD}` },
    { how: 'before thoughts', text: `${LEAD}\n<think>or was it ${SPAM}?</think>` },
    { how: 'between thoughts', text: `<think>a</think>${LEAD}<thinking>${SPAM}</thinking>` },
    { how: 'after thoughts in square brackets', text: `[THINK]Maybe ${SPAM}[/THINK]${LEAD}` },
    { how: 'after a draft', text: `First draft: ${SPAM}\n\nFinal answer: ${LEAD}` },
    {
      how: 'in a fence, with braces in the words after it',
      text: `\`\`\`json\n${LEAD}\n\`\`\`\nNote: fields {x} were empty.`,
    },
    { how: 'in a fence that nobody closed', text: `\`\`\`json\n${LEAD}` },
    { how: 'given twice', text: `${LEAD} ${LEAD}` },
    { how: 'after politeness', text: `Sure! ${LEAD}` },
    { how: 'after a brace that nobody closed', text: `I begin: { "category": well, ${LEAD}` },
    { how: 'after a quotation mark that nobody closed', text: `{5" screen} ${LEAD}` },
    { how: 'after the schema', text: `${JSON.stringify(z.toJSONSchema(schema))}\n${LEAD}` },
    { how: 'before the schema', text: `${LEAD}\nas asked: ${JSON.stringify(z.toJSONSchema(schema))}` },
    { how: 'under a name', text: `{"answer": ${LEAD}}` },
    { how: 'in a list of one', text: `[${LEAD}]` },
    { how: 'with more than was asked for', text: '{"category":"lead","intent":null,"note":"{}"}' },
  ])('$how', ({ text }) => {
    expect(readAnswer(schema, text)).toMatchObject({ valid: true, answer: lead });
  });

  it.each([
    { what: 'braces', intent: 'a {b} "c" }' },
    { what: 'the end of thoughts', intent: 'they wrote </think> and <think>' },
    { what: 'a fence', intent: 'they wrote ```json' },
  ])('with $what in its texts', ({ intent }) => {
    const answer = { category: 'lead', intent };
    expect(readAnswer(schema, `Here: ${JSON.stringify(answer)} so.`)).toMatchObject({ valid: true, answer });
  });

  it('ends soon on what was made to take long', () => {
    const before = performance.now();
    for (const unit of ['{', '{"', '<think>', '{"a":', '[{', '</think>{', '<think></think>', '[THINK]{[/THINK]'])
      expect(readAnswer(schema, unit.repeat(100_000)).valid).toBe(false);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});

describe('no answer is read', () => {
  it.each([
    { where: 'in thoughts that never end', text: `<think>Maybe ${LEAD}` },
    { where: 'in thoughts alone', text: `<think>Maybe ${LEAD}</think>` },
    { where: 'in thoughts that end without one', text: `${LEAD} so be it</think> I am done.` },
    { where: 'in the examples of a schema', text: JSON.stringify({ type: 'object', examples: [JSON.parse(LEAD)] }) },
    { where: 'in a list of several', text: `[${LEAD}, ${SPAM}]` },
    { where: 'in words', text: 'They would like to buy.' },
    { where: 'in nothing', text: '' },
  ])('$where', ({ text }) => {
    expect(readAnswer(schema, text).valid).toBe(false);
  });

  it('from a draft, where what came after it was cut off', () => {
    const text = `Draft: ${SPAM}\nFinal: {"category":"le`;
    expect(readAnswer(schema, text, { isCutOff: true }).valid).toBe(false);
    expect(readAnswer(schema, text).valid).toBe(true);
  });

  it('and the last that was tried says what is wrong with it', () => {
    const told = readAnswer(schema, `${LEAD.replace('lead', 'dance')} {"category":"spam"}`);
    expect(told).toMatchObject({ valid: false, error: expect.stringContaining('intent') });
  });
});
