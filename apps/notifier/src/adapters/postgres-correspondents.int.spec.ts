import { afterAll, beforeAll, expect, it } from 'vitest';
import { aLedger, type TestLedger } from '../testing/a-ledger.ts';
import { aPlannedEffect } from '../testing/a-planned-effect.ts';
import { createPostgresCorrespondents } from './postgres-correspondents.adapter.ts';

let world: TestLedger;
beforeAll(async () => {
  world = await aLedger();
});
afterAll(() => world.close());

it('counts what each person was to get lately, and not what nobody sent', async () => {
  const answer = (correspondent: string, over: object = {}) =>
    aPlannedEffect({ kind: 'mail.reply', target: 'smtp', purpose: 'acknowledgement', correspondent, ...over });
  const old = answer('jane');
  await world.ledger.plan([answer('jane'), answer('jane'), answer('jane', { mode: 'propose' }), answer('bob'), old]);
  await world.postgres.query(
    `update "${world.schema}".effect set planned_at = now() - interval '25 hours' where effect_id = $1`,
    [old.effectId],
  );
  const { answered } = createPostgresCorrespondents(world.postgres, world.schema);
  expect(await answered(['jane', 'bob', 'nobody'], 24)).toEqual(
    new Map([
      ['jane', 2],
      ['bob', 1],
    ]),
  );
});
