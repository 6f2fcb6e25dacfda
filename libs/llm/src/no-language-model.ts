import type { LanguageModel } from './ports/language-model.port.ts';
import { promptHashOf, requestOf } from './prompt.ts';

/** Where no model is configured: every reading says so, and the rules decide alone. */
export const noLanguageModel = (): LanguageModel => ({
  read: async (question) => ({
    kind: 'unavailable',
    because: 'not-configured',
    usage: {
      model: question.model,
      promptHash: promptHashOf(requestOf(question)),
      cached: false,
      repaired: false,
      attempts: 0,
      inputTokens: 0,
      outputTokens: 0,
      costUsd: 0,
    },
  }),
  isAvailable: () => null,
  issues: () => [],
  close: async () => {},
});
