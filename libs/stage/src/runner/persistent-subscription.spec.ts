import { TransientError } from '@sluice/kernel';
import { eventually } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SubscribeOptions, Subscription, Transport } from '../ports/transport.port.ts';
import { createBench, inquiryOf, type Bench } from '../testing/bench.ts';

/** A transport whose first subscriptions fail so. */
const failingAtFirst = (transport: Transport, failures: Error[]): Transport => ({
  ...transport,
  subscribe: async (options) => {
    const failure = failures.shift();
    if (failure) throw failure;
    return transport.subscribe(options);
  },
});

/** A transport whose subscription ends when it is told to, as a consumer that crashes does. */
const crashing = (transport: Transport) => {
  const held: { current: { options: SubscribeOptions; subscription: Subscription } | null } = { current: null };
  return {
    transport: {
      ...transport,
      subscribe: async (options: SubscribeOptions) => {
        const subscription = await transport.subscribe(options);
        held.current = { options, subscription };
        return subscription;
      },
    },
    async crash(error: Error): Promise<void> {
      const { current } = held;
      if (!current) throw new Error('nothing to crash yet');
      held.current = null;
      await current.subscription.close();
      current.options.onRevoked();
      current.options.onFailed(error);
    },
  };
};

describe('a runner that can’t subscribe', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = createBench();
  });
  afterEach(() => bench.close());

  it('says why, and works as soon as it can', async () => {
    await bench.send(inquiryOf('a', 'hello'));
    const away = new TransientError('the topic is not there');
    const runner = await bench.run({ transport: failingAtFirst(bench.transport, [away, away]) });
    expect(runner.health()).toEqual({ ready: false, reason: 'the topic is not there' });
    await eventually(() => expect(bench.outputs()).toEqual(['hello']));
    expect(runner.health()).toEqual({ ready: true, reason: null });
  });

  it('fails to start for a defect', async () => {
    await expect(
      bench.run({ transport: failingAtFirst(bench.transport, [new RangeError('a defect')]) }),
    ).rejects.toThrow(RangeError);
  });

  it('says that its subscription ended when a defect shows later', async () => {
    const runner = await bench.run({
      transport: failingAtFirst(bench.transport, [new TransientError('away'), new RangeError('a defect')]),
    });
    await eventually(() =>
      expect(runner.health()).toEqual({
        ready: false,
        reason: 'the subscription ended with a defect: RangeError',
      }),
    );
  });

  it('tries no more once it drains', async () => {
    const failures = Array.from({ length: 9 }, () => new TransientError('away'));
    const runner = await bench.run({ transport: failingAtFirst(bench.transport, failures) });
    await runner.drain();
    const [left, drainedAt] = [failures.length, Date.now()];
    await eventually(() => expect(Date.now() - drainedAt).toBeGreaterThan(400));
    expect(failures.length).toBe(left);
    expect(runner.health()).toEqual({ ready: false, reason: 'draining' });
  });
});

describe('a runner whose subscription ends by itself', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = createBench();
  });
  afterEach(() => bench.close());

  it.each([
    ['an outage', new TransientError('the generation id is not valid'), 'the generation id is not valid'],
    ['a defect', new RangeError('a defect'), 'the subscription ended with a defect: RangeError'],
  ])('says why and reads on with a new one, after %s', async (_what, error, reason) => {
    const { transport, crash } = crashing(bench.transport);
    const runner = await bench.run({ transport });
    await bench.send(inquiryOf('a', 'before'));
    await eventually(() => expect(bench.outputs()).toEqual(['before']));
    await crash(error);
    expect(runner.health()).toEqual({ ready: false, reason });
    await bench.send(inquiryOf('b', 'after'));
    await eventually(() => expect([...bench.outputs()].sort()).toEqual(['after', 'before']));
    expect(runner.health()).toEqual({ ready: true, reason: null });
  });

  it('asks for a new process once a defect has ended one new subscription after the other', async () => {
    const { transport, crash } = crashing(bench.transport);
    const runner = await bench.run({ transport });
    await eventually(
      async () => {
        await crash(new RangeError('a defect'));
        expect(runner.health()).toEqual({
          ready: false,
          reason: 'the subscription ended: RangeError',
          restart: true,
        });
      },
      { within: 15_000 },
    );
  });

  it('goes on for as long as only outages end it', async () => {
    const { transport, crash } = crashing(bench.transport);
    const runner = await bench.run({ transport });
    for (let time = 1; time <= 6; time += 1) {
      await eventually(() => crash(new TransientError('not authorized to access group')), { within: 10_000 });
      expect(runner.health()).toEqual({ ready: false, reason: 'not authorized to access group' });
    }
  });
});
