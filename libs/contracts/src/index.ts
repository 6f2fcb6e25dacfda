export { contract, type DataOf, type DomainEvent, type EventContract } from './contract.ts';
export { conversationDue, type ConversationDue } from './events/conversation.ts';
export { decisionJournal, type DecisionJournal } from './events/decision-journal.ts';
export {
  effectRequested,
  answerSettled,
  effectReviewed,
  effectSettled,
  recordFailed,
  recordKinds,
  TOO_MANY_ANSWERS,
  type AnswerSettled,
  type EffectKind,
  type EffectPurpose,
  type EffectRequested,
  type EffectReviewed,
  type EffectSettled,
  type Recipient,
  type RecordFailed,
  type RecordKind,
} from './events/effect.ts';
export { commandRefused, inquiryCommand, type CommandRefused, type InquiryCommand } from './events/inquiry-command.ts';
export { inquiryDropped, type InquiryDropped } from './events/inquiry-dropped.ts';
export { inquiryEnriched, type Enrichment, type InquiryEnriched } from './events/inquiry-enriched.ts';
export { inquiryNormalized, type InquiryNormalized } from './events/inquiry-normalized.ts';
export { inquiryRaw, type InquiryRaw, type MailHeaders, type MailSigns } from './events/inquiry-raw.ts';
export {
  assignmentRequested,
  inquiryAssigned,
  inquiryRouted,
  type AssignmentRequested,
  type InquiryAssigned,
  type InquiryRouted,
  type Routing,
} from './events/inquiry-routed.ts';
export { inquiryScored, type Decision, type InquiryScored, type Unevaluated } from './events/inquiry-scored.ts';
export {
  slaAtRisk,
  slaBreached,
  slaClocksMoved,
  slaEscalated,
  type SlaAtRisk,
  type SlaBreached,
  type SlaClockMove,
  type SlaClocksMoved,
  type SlaEscalated,
} from './events/sla.ts';
export {
  poolChanged,
  poolCommand,
  poolCommandSchemas,
  poolDue,
  type PoolChange,
  type PoolChanged,
  type PoolCommand,
  type PoolDue,
} from './events/pool.ts';
export { bounds, type Attachment, type Contact, type Cut, type Metadata } from './fields.ts';
export { deadLetterHeaderNames, headerNames } from './headers.ts';
export { jsonSchemaOf } from './json-schema.ts';
export {
  DEAD_LETTER_HEADROOM_BYTES,
  deadLetterTopicOf,
  deadLetterTopics,
  eventTopics,
  isDeadLetterTopic,
  MAX_RECORD_BYTES,
  minInSyncReplicas,
  stageInputs,
  topics,
  type TopicDeclaration,
} from './topics.ts';
export { mailContent, type MailContent } from './events/mail-content.ts';
export { controlSwitch, switchScope, type ControlSwitch, type SwitchScope } from './events/control-switch.ts';
export {
  crmContent,
  enrolContent,
  rowContent,
  smsContent,
  ticketContent,
  type CrmContent,
  type EnrolContent,
  type RecordContent,
  type RowContent,
  type SmsContent,
  type TicketContent,
} from './events/record-content.ts';
