import { memoryCache } from '@sluice/cache';
import { noLanguageModel } from '@sluice/llm';
import { poisonedStageSuite } from '@sluice/stage/testing';
import { conversationTokens } from './adapters/conversation-tokens.ts';
import { modelReader } from './adapters/model-reader.adapter.ts';
import { scoreInquiry } from './stages/score-inquiry.stage.ts';
import { aPlaybook } from './testing/a-playbook.ts';

poisonedStageSuite({
  stage: scoreInquiry,
  playbook: aPlaybook(),
  ports: () => ({
    reader: modelReader({
      model: noLanguageModel(),
      tokens: conversationTokens({ store: memoryCache(), digest: (identity) => identity }),
    }),
  }),
});
