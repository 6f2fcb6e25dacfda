import { contentHash, truncate } from '@sluice/kernel';
import type { JsonSchema } from './json-schema.ts';
import { refIn, type SeededAnswer, type SeededAnswers } from './seeded-answers.ts';
import { shapeAnswer } from './shape-answer.ts';

/** What both APIs ask, in one form. */
export interface Prompt {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly text: string }[];
  /** Null when no structure was asked for. */
  readonly schema: JsonSchema | null;
}

export interface Answered {
  /** The same prompt gives the same id. */
  readonly id: string;
  readonly text: string | null;
  readonly refusal: string | null;
  readonly finishReason: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The reference the prompt carried, else the prompt's hash: the journal's key. */
  readonly key: string;
}

const CHARACTERS_PER_TOKEN = 4;
const tokensOf = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

/** Our prompts stand a message between two marked lines and begin it with its subject: a model reads past both. */
const FENCE = /^<\/?message-[0-9a-f]+>$/gm;
const readable = (text: string): string =>
  text
    .replace(FENCE, '')
    .trim()
    .replace(/^Subject: /, '');

const madeUp = ({ schema }: Prompt, text: string): SeededAnswer => ({
  content: schema === null ? `You wrote: ${truncate(text, 200)}` : JSON.stringify(shapeAnswer(schema, text)),
  refusal: null,
  finishReason: 'stop',
});

const textOf = ({ content }: SeededAnswer): string | null =>
  content === null || typeof content === 'string' ? content : JSON.stringify(content);

export const answerPrompt = (prompt: Prompt, seeded: SeededAnswers): Answered => {
  const fromUser = prompt.messages.filter(({ role }) => role === 'user').map(({ text }) => text);
  const ref = refIn(fromUser.join('\n'));
  const hash = contentHash(prompt);
  const answer = seeded.next(ref) ?? madeUp(prompt, readable(fromUser.at(-1) ?? ''));
  const text = textOf(answer);
  return {
    id: hash.slice(0, 24),
    text,
    refusal: answer.refusal,
    finishReason: answer.finishReason,
    inputTokens: tokensOf(prompt.messages.map((message) => message.text).join('\n')),
    outputTokens: tokensOf(text ?? ''),
    key: ref ?? hash,
  };
};
