import { createHmac, randomBytes } from 'node:crypto';
import { createCache, createCounter, type RedisLink } from '@sluice/cache';
import {
  createLanguageModel,
  noLanguageModel,
  type LanguageModel,
  type ModelIssue,
  type ReportedIssue,
} from '@sluice/llm';
import type { InquiryReader } from '../ports/inquiry-reader.port.ts';
import { conversationTokens } from './conversation-tokens.ts';
import { modelReader } from './model-reader.adapter.ts';

export interface ReaderChoice {
  /** Null where no model is configured. */
  readonly model: {
    readonly baseUrl: string;
    readonly apiKey: string | null;
    readonly concurrency: number;
    /** Milliseconds the server is left alone at most, whatever it asks. */
    readonly longestRestMs: number;
  } | null;
  /** Null where none is given: then tokens are remembered in this process only. */
  readonly contactSecret: string | null;
  /** Told in a sentence when something begins that only people can mend, and with null when all of it is mended. */
  readonly onIssue?: (issue: string | null) => void;
}

export interface OpenedReader {
  readonly reader: InquiryReader;
  /** How inquiries are read now, for people: `/readyz` shows it. */
  state(): string;
  close(): Promise<void>;
}

const DIGEST_CHARACTERS = 24;

/** Under a secret of its own, what was kept by another process is nobody's; that is the price of not being told one. */
const keyedDigest = (secret: string | null): ((identity: string) => string) => {
  const key = secret ?? randomBytes(32);
  return (identity) =>
    createHmac('sha256', key)
      .update('redaction-token')
      .update('\u001f')
      .update(identity)
      .digest('hex')
      .slice(0, DIGEST_CHARACTERS);
};

const ISSUES: Readonly<Record<ModelIssue, string>> = {
  credentials: 'refuses our key (401): SLUICE_MODEL_API_KEY',
  'no-credit': 'has no money left for us (402): the account with its provider',
  forbidden: 'refuses access (403): the rights of SLUICE_MODEL_API_KEY, or a firewall before it',
  'no-such-model': 'has no such model (404): SLUICE_MODEL_BASE_URL, or the model in the playbook',
};
const worded = ({ because, model }: ReportedIssue): string =>
  `${model === null ? 'the model server' : `the server of ${model}`} ${ISSUES[because]}`;

const openModel = ({ model, onIssue }: ReaderChoice, link: RedisLink): LanguageModel => {
  if (model === null) return noLanguageModel();
  return createLanguageModel({
    ...model,
    onIssues: (issues) => onIssue?.(issues.length === 0 ? null : issues.map(worded).join('; ')),
    answers: createCache({ link, namespace: 'model-answer' }),
    spent: createCounter({ link, namespace: 'model-spend' }),
  });
};

const stateOf = (model: LanguageModel): string => {
  const available = model.isAvailable();
  if (available === null) return 'rules only: no model is configured';
  const issues = model.issues();
  if (issues.length > 0) return `rules only where ${issues.map(worded).join('; ')}`;
  return available ? 'rules, then the model' : 'rules only for now: the model does not answer';
};

/** The reader as configured: with a model, or one that says that there is none. */
export const openReader = (choice: ReaderChoice, link: RedisLink): OpenedReader => {
  const model = openModel(choice, link);
  const tokens = conversationTokens({
    store: createCache({ link, namespace: 'redaction-tokens' }),
    digest: keyedDigest(choice.contactSecret),
  });
  return { reader: modelReader({ model, tokens }), state: () => stateOf(model), close: () => model.close() };
};
