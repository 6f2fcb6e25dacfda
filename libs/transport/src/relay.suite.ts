import type { ProducedRecord } from '@sluice/stage';
import { randomName } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RelayProducer } from './kafka/relay-producer.ts';

export interface RelaySuite {
  /** A topic that exists, and who makes relays of a name. */
  prepare(): Promise<{
    readonly topic: string;
    readonly connect: (name: string) => RelayProducer;
    readonly read: () => Promise<readonly string[]>;
    close(): Promise<void>;
  }>;
}

/** What a relay must do on every transport. */
export const relaySuite = (transport: string, suite: RelaySuite): void => {
  describe(`a relay on ${transport}`, () => {
    let world: Awaited<ReturnType<RelaySuite['prepare']>>;
    const opened: RelayProducer[] = [];
    beforeAll(async () => {
      world = await suite.prepare();
    });
    afterAll(async () => {
      await Promise.all(opened.map((relay) => relay.close()));
      await world.close();
    });
    const connect = (name: string): RelayProducer => {
      const relay = world.connect(name);
      opened.push(relay);
      return relay;
    };
    const records = (...values: readonly string[]): readonly ProducedRecord[] =>
      values.map((value) => ({ topic: world.topic, key: 'k', value: Buffer.from(value), headers: {} }));
    const published = async (prefix: string) => (await world.read()).filter((value) => value.startsWith(prefix));

    it('starts from nothing, and goes on from where it was', async () => {
      const name = randomName('relay');
      const first = connect(name);
      expect(await first.open()).toBeNull();
      await first.publish(records(`${name}-0`, `${name}-1`), 2n);
      await first.publish(records(`${name}-2`), 3n);
      await first.close();
      expect(await connect(name).open()).toBe(3n);
      expect(await published(name)).toEqual([`${name}-0`, `${name}-1`, `${name}-2`]);
    });

    it('lets nobody publish who was taken over, and loses nothing thereby', async () => {
      const name = randomName('relay');
      const [zombie, heir] = [connect(name), connect(name)];
      await zombie.open();
      await zombie.publish(records(`${name}-0`), 1n);
      expect(await heir.open()).toBe(1n);
      await expect(zombie.publish(records(`${name}-1`), 2n)).rejects.toThrow('publishing');
      await heir.publish(records(`${name}-1`), 2n);
      expect(await published(name)).toEqual([`${name}-0`, `${name}-1`]);
      expect(await zombie.open()).toBe(2n);
    });

    it('has to be opened first', async () => {
      await expect(connect(randomName('relay')).publish(records('x'), 1n)).rejects.toThrow('publishing');
    });
  });
};
