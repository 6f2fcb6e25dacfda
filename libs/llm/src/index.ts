export {
  createLanguageModel,
  DEFAULT_MODEL_CONCURRENCY,
  languageModel,
  type LanguageModelOptions,
} from './create-language-model.ts';
export { noLanguageModel } from './no-language-model.ts';
export { openAiChat, type OpenAiChatOptions } from './openai/openai-chat.adapter.ts';
export type {
  LanguageModel,
  Price,
  Question,
  QuestionLimits,
  Reading,
  ReportedIssue,
  UnavailableBecause,
  UnreadableBecause,
  Usage,
} from './ports/language-model.port.ts';
export type { AnswerStore, SpendCounter } from './ports/stores.port.ts';
export type { ModelIssue } from './ports/chat-server.port.ts';
export { LONGEST_REST_MS, type BreakerOptions } from './send-with-retries.ts';
export { findPersonalData } from './redaction/find-personal-data.ts';
export { personalDataKinds, type Found, type PersonalDataKind } from './redaction/found.ts';
export type { RedactedText } from './redaction/redacted-text.ts';
export { redactor, type Redactor } from './redaction/redactor.ts';
export { tokenBook, type TokenBook, type TokenBookEntries } from './redaction/token-book.ts';
