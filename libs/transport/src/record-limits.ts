import { DEAD_LETTER_HEADROOM_BYTES, isDeadLetterTopic } from '@sluice/contracts';
import { recordBytes, RefusedRecordsError, type ProducedRecord } from '@sluice/stage';

/** A record, and what it takes in an encoded batch. */
export interface MeasuredRecord {
  readonly record: ProducedRecord;
  readonly bytes: number;
}

const limitOf = (topic: string, maxRecordBytes: number): number =>
  maxRecordBytes + (isDeadLetterTopic(topic) ? DEAD_LETTER_HEADROOM_BYTES : 0);

const bytesOf = (record: ProducedRecord): number => {
  try {
    return recordBytes(record);
  } catch (cause) {
    // Counting bytes fails where encoding would: at a part that is neither bytes nor text.
    throw new RefusedRecordsError(`a record for ${record.topic} can't be encoded`, { reason: 'UNENCODABLE', cause });
  }
};

/**
 * Measures records before any of them is sent: a broker that is sent a far too large request only hangs up, which looks like an
 * outage. @throws RefusedRecordsError
 */
export const measureRecords = (records: readonly ProducedRecord[], maxRecordBytes: number): readonly MeasuredRecord[] =>
  records.map((record) => {
    const bytes = bytesOf(record);
    const limit = limitOf(record.topic, maxRecordBytes);
    if (bytes > limit)
      throw new RefusedRecordsError(`a record for ${record.topic} has ${bytes} bytes, and may have ${limit}`, {
        reason: 'MESSAGE_TOO_LARGE',
      });
    return { record, bytes };
  });
