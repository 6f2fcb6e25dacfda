import { eventually, testInfrastructure } from '@sluice/testing';
import corrected from 'kafkajs';
import stock from 'kafkajs-stock';
import { describe, expect, it } from 'vitest';
import { createCopier, holding } from '../testing/copier.ts';
import { createLogOfNumbers } from '../testing/log-of-numbers.ts';
import { withoutStableOffsets } from '../testing/without-stable-offsets.ts';

const { brokers } = testInfrastructure();
const INPUTS = Array.from({ length: 20 }, (_, n) => String(n));
const each = (times: number) => Object.fromEntries(INPUTS.map((value) => [value, times]));

/** One service fetches and then sleeps; another takes over, copies everything, and then the first wakes up and goes on. */
const copiesAfterZombie = async (library: typeof corrected): Promise<Readonly<Record<string, number>>> => {
  const log = await createLogOfNumbers(brokers);
  await log.write(INPUTS);
  const asleep = await createCopier(library, brokers, log.names);
  const held = await holding(asleep, INPUTS.length);
  // What a frozen process looks like to the group: it is put out, and another holds its partition.
  const successor = await createCopier(library, brokers, log.names);
  const taken = await eventually(
    () => {
      const owner = [successor, asleep].find(({ fetched }) =>
        fetched.some((one) => one !== held && one.messages.length === INPUTS.length),
      );
      if (!owner) throw new Error('not taken over yet');
      return owner;
    },
    { within: 60_000 },
  );
  await taken.copy(await holding({ fetched: taken.fetched.filter((one) => one !== held) }, INPUTS.length));
  await asleep.copy(held).catch(() => undefined);
  await Promise.all([asleep.stop(), successor.stop()]);
  return log.copies();
};

/**
 * One service has its outputs and offsets in a transaction and then sleeps, before it commits; another takes over and asks where to
 * begin; the first wakes up and commits; the other copies what it was given.
 */
const copiesAfterPendingZombie = async (
  library: typeof corrected,
): Promise<{ readonly refused: boolean; readonly copies: Readonly<Record<string, number>> }> => {
  const log = await createLogOfNumbers(brokers);
  await log.write(INPUTS);
  const asleep = await createCopier(library, brokers, log.names);
  const pending = await asleep.begin(await holding(asleep, INPUTS.length));
  await asleep.leave();
  const successor = await createCopier(library, brokers, log.names);
  await eventually(() => expect(successor.refused() > 1 || successor.fetched.length > 0).toBe(true), {
    within: 30_000,
  });
  const refused = successor.refused() > 1;
  await pending.commit();
  await log.write(['later']);
  const wasFetched = (value: string) =>
    successor.fetched.some(({ messages }) => messages.some((message) => String(message.value) === value));
  await eventually(() => expect(wasFetched('later')).toBe(true), { within: 30_000 });
  for (const batch of successor.fetched) await successor.copy(batch);
  await Promise.all([asleep.stop(), successor.stop()]);
  return { refused, copies: await log.copies() };
};

describe('a service that slept through a take-over', () => {
  it('writes nothing twice with the corrected client', async () => {
    expect(await copiesAfterZombie(corrected)).toEqual(each(1));
  }, 120_000);

  it('writes everything twice with the client as it is published: the correction is needed', async () => {
    expect(await copiesAfterZombie(stock)).toEqual(each(2));
  }, 120_000);
});

describe('a service that slept with its offsets pending', () => {
  it('holds its successor back with the corrected client, and nothing is written twice', async () => {
    expect(await copiesAfterPendingZombie(corrected)).toEqual({ refused: true, copies: { ...each(1), later: 1 } });
  }, 120_000);

  it('has everything written twice when stable offsets are not asked for: generation and member alone do not help', async () => {
    const restore = withoutStableOffsets();
    const found = await copiesAfterPendingZombie(corrected).finally(restore);
    expect(found).toEqual({ refused: false, copies: { ...each(2), later: 1 } });
  }, 120_000);

  it('has everything written twice with the client as it is published', async () => {
    expect(await copiesAfterPendingZombie(stock)).toEqual({ refused: false, copies: { ...each(2), later: 1 } });
  }, 120_000);
});
