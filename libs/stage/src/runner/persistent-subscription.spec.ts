import { TransientError } from '@sluice/kernel';
import { eventually } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Transport } from '../ports/transport.port.ts';
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
      expect(runner.health()).toEqual({ ready: false, reason: 'the subscription ended: RangeError' }),
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
