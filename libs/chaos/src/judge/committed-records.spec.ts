import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseRecords } from './committed-records.ts';

const dir = mkdtempSync(join(tmpdir(), 'sluice-records-'));
afterAll(() => rmSync(dir, { recursive: true }));

const printed = (offset: number, headers: string, value: string): string =>
  [`Partition:3`, `Offset:${offset}`, headers, 'a-key', value].join('\u0001');
const parsed = async (text: string) => {
  const file = join(dir, 'printed.records');
  writeFileSync(file, text, 'latin1');
  return parseRecords(file);
};

describe("what Kafka's console consumer prints", () => {
  it('is read record by record, with its headers', async () => {
    const text = [
      printed(7, 'ce_type:inquiry.raw.v1\u0002ce_subject:one', '{"a":1}'),
      printed(8, 'NO_HEADERS', 'null'),
    ].join('\u0003');
    expect(await parsed(`${text}\u0003`)).toEqual([
      {
        topic: 'inquiry.raw.v1',
        partition: 3,
        offset: 7,
        key: 'a-key',
        headers: { ce_type: 'inquiry.raw.v1', ce_subject: 'one' },
        value: '{"a":1}',
      },
      { topic: '', partition: 3, offset: 8, key: 'a-key', headers: {}, value: 'null' },
    ]);
  });

  it('lies on the topic of its dead letters where it was given up', async () => {
    const [record] = await parsed(
      printed(
        1,
        '__streams.errors.topic:inquiry.raw.v1\u0002sluice_errors_stage:normalize-inquiry\u0002ce_type:inquiry.raw.v1',
        'x',
      ),
    );
    expect(record?.topic).toBe('inquiry.raw.v1.dlq.normalize-inquiry');
  });

  it('is read whole wherever the pieces of the file end', async () => {
    const long = 'x'.repeat(100_000);
    const records = await parsed(Array.from({ length: 20 }, (_, at) => printed(at, 'ce_type:t', long)).join('\u0003'));
    expect(records.map(({ offset, value }) => [offset, value.length])).toEqual(
      Array.from({ length: 20 }, (_, at) => [at, long.length]),
    );
  });
});
