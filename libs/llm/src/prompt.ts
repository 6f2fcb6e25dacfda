import { contentHash, truncate } from '@sluice/kernel';
import { jsonSchemaOf } from './answer-format.ts';
import { ABOUT_THE_FENCE, fenced } from './fence.ts';
import type { ChatMessage, ChatRequest } from './ports/chat-server.port.ts';
import type { Question } from './ports/language-model.port.ts';

/** How much of a wrong answer is shown back to the model. */
const QUOTED_CHARACTERS = 4000;

const exampleMessages = ({ message, answer }: Question<unknown>['examples'][number]): readonly ChatMessage[] => [
  { role: 'user', content: fenced(message) },
  { role: 'assistant', content: JSON.stringify(answer) },
];

export const requestOf = (question: Question<unknown>): ChatRequest => ({
  model: question.model,
  messages: [
    { role: 'system', content: `${question.instructions}\n\n${ABOUT_THE_FENCE}`.trim() },
    ...question.examples.flatMap(exampleMessages),
    { role: 'user', content: fenced(question.message) },
  ],
  schemaName: question.stage.replace(/[^A-Za-z0-9_-]/g, '_'),
  jsonSchema: jsonSchemaOf(question.schema),
  temperature: question.temperature,
  maxOutputTokens: question.limits.maxOutputTokens,
});

/** Equal prompts give equal hashes, whoever asks: what answers are cached and shared by. */
export const promptHashOf = (request: ChatRequest): string => contentHash(request);

/** The same question, with the wrong answer and what is wrong with it. */
export const repairOf = (
  request: ChatRequest,
  { wrong, error }: { readonly wrong: string; readonly error: string },
): ChatRequest => ({
  ...request,
  messages: [
    ...request.messages,
    { role: 'assistant', content: truncate(wrong, QUOTED_CHARACTERS) || '(nothing)' },
    {
      role: 'user',
      content: `That answer can't be used:\n${error}\nAnswer the same message again, with one JSON object that fits this JSON Schema and nothing else:\n${JSON.stringify(request.jsonSchema)}`,
    },
  ],
});
