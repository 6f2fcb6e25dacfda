/** Header names of every record: CloudEvents 1.0 binary mode, W3C trace context, and ours. */
export const headerNames = {
  id: 'ce_id',
  specVersion: 'ce_specversion',
  source: 'ce_source',
  type: 'ce_type',
  time: 'ce_time',
  /** The inquiryId. */
  subject: 'ce_subject',
  dataSchema: 'ce_dataschema',
  contentType: 'content-type',
  traceParent: 'traceparent',
  traceState: 'tracestate',
  /** Hash of the playbook in force for this inquiry, stamped when it was normalised. */
  playbook: 'sluice_playbook',
  brand: 'sluice_brand',
  /** Coordinates of the dead letter a replayed record came from. */
  replayOf: 'sluice_replay_of',
} as const;

/** Dead-letter headers: the names of KIP-1034, and what it leaves out. */
export const deadLetterHeaderNames = {
  exception: '__streams.errors.exception',
  message: '__streams.errors.message',
  stacktrace: '__streams.errors.stacktrace',
  topic: '__streams.errors.topic',
  partition: '__streams.errors.partition',
  offset: '__streams.errors.offset',
  stage: 'sluice_errors_stage',
  attempt: 'sluice_errors_attempt',
  firstFailedAt: 'sluice_errors_first_failed_at',
  fingerprint: 'sluice_errors_fingerprint',
  /** Hash of the playbook by which it failed: what comes in is stamped only once it was normalised. */
  playbook: 'sluice_errors_playbook',
} as const;
