import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresRetention } from './adapters/postgres-retention.adapter.ts';
import { createRetentionRun } from './apply-retention.ts';
import type { Retention } from './ports/retention.port.ts';
import { aLedger, type TestLedger } from './testing/a-ledger.ts';
import { aPlannedEffect } from './testing/a-planned-effect.ts';

const TERMS = { contentDays: 30, receiptDays: 400 };

let world: TestLedger;
let retention: Retention;
beforeAll(async () => {
  world = await aLedger();
  retention = createPostgresRetention(world.postgres, world.schema);
});
beforeEach(() => world.postgres.query(`truncate "${world.schema}".effect`));
afterAll(() => world.close());

/** Rows of a playbook and brand, settled so many days ago; null: not settled. */
const rows = (count: number, settledDaysAgo: number | null, { playbook = 'p', brand = 'b', erased = false } = {}) =>
  world.postgres.query(
    `insert into "${world.schema}".effect (effect_id, decision_id, inquiry_id, conversation_id, kind, target, destination, lane, mode, content, requested_at,
       brand, playbook, request_hash, state, planned_at, settled_at)
     select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'slack.message', '#sales', '#sales', 'slack.message/sales', 'live',
       case when $5 then null else '{"subject":"Pricing","summary":"' || repeat('x', 500) || '"}' end, now(), $4, $3, 'hash',
       case when $2::int is null then 'planned' else 'confirmed' end, now() - interval '900 days', now() - make_interval(days => $2::int)
     from generate_series(1, $1)`,
    [count, settledDaysAgo, playbook, brand, erased],
  );
const counted = async () => {
  const [row] = await world.postgres.query(
    `select count(*)::int as all, count(content)::int as contents, count(*) filter (where settled_at is null)::int as open from "${world.schema}".effect`,
  );
  return row;
};
const runUntilDone = async (limit: number, termsOf = async () => TERMS) => {
  const run = createRetentionRun({ retention, termsOf, limit });
  while ((await run()) === 'again');
};

describe('retention', () => {
  it('erases contents, later deletes receipts, and leaves alone whatever is not settled, however old', async () => {
    await rows(7, null);
    await rows(5, 29);
    await rows(5, 31);
    await rows(3, 399, { erased: true });
    await rows(3, 401, { erased: true });
    await runUntilDone(2);
    expect(await counted()).toEqual({ all: 20, contents: 12, open: 7 });
  });

  it('deletes what was never erased too, in its order', async () => {
    await rows(4, 500);
    await runUntilDone(1_000);
    expect(await counted()).toEqual({ all: 0, contents: 0, open: 0 });
  });

  it('keeps every playbook and brand as long as it says', async () => {
    await rows(2, 40, { brand: 'strict' });
    await rows(2, 40, { brand: 'lax' });
    await rows(2, 40, { playbook: 'other' });
    const asked: unknown[] = [];
    const run = createRetentionRun({
      retention,
      termsOf: async (group) => {
        asked.push(group);
        return group.brand === 'lax' ? { contentDays: 90, receiptDays: 400 } : TERMS;
      },
    });
    expect(await run()).toBe('rest');
    expect(asked).toEqual([
      { playbook: 'other', brand: 'b' },
      { playbook: 'p', brand: 'lax' },
      { playbook: 'p', brand: 'strict' },
    ]);
    expect(await counted()).toMatchObject({ all: 6, contents: 2 });
  });

  it('is done by two processes at once without one waiting for the other', async () => {
    await rows(2_000, 31);
    await Promise.all([runUntilDone(100), runUntilDone(100)]);
    expect(await counted()).toEqual({ all: 2_000, contents: 0, open: 0 });
  });

  it('an effect without its content is not taken up again', async () => {
    const effect = aPlannedEffect({ mode: 'live' });
    await world.ledger.plan([effect]);
    await world.postgres.query(
      `update "${world.schema}".effect set state = 'refuted', settled_at = now() - interval '31 days'`,
    );
    await runUntilDone(10);
    expect(await world.ledger.reopen({ effectIds: [effect.effectId], states: ['refuted'] })).toBe(0);
  });

  it('finds what is over by its indexes: ten thousand among fifty thousand rows are done in seconds', async () => {
    await rows(40_000, 10);
    await rows(10_000, 31);
    const erasing = Date.now();
    await runUntilDone(1_000);
    const erased = Date.now() - erasing;
    expect(await counted()).toMatchObject({ all: 50_000, contents: 40_000 });
    await world.postgres.query(
      `update "${world.schema}".effect set settled_at = now() - interval '401 days' where content is null`,
    );
    const deleting = Date.now();
    await runUntilDone(1_000);
    const deleted = Date.now() - deleting;
    expect(await counted()).toMatchObject({ all: 40_000, contents: 40_000 });
    // A second at most on a quiet machine.
    expect(Math.max(erased, deleted)).toBeLessThan(15_000);
  }, 120_000);
});
