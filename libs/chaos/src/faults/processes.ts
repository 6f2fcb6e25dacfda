import type { FailPoint } from '@sluice/kernel';
import { isAlive, isStopped, stop, waitUntil, type Replica } from '@sluice/tooling';
import { pick, services, SESSION_TIMEOUT_MS, TRANSACTION_TIMEOUT_MS, type Fault, type Service, type World } from '../world.ts';

/** Where every service is struck at once, each waits for what comes through those before it. */
const MET_WITHIN_MS = 300_000;
const PASSINGS = [1, 2, 3];
const MARGIN_MS = 3_000;

type Signal = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP';

/** A replica that meets its fault at one of its first passings of the point. */
const arm = async ({ stack, random }: World, service: Service, { point, signal }: { readonly point: FailPoint; readonly signal: Signal }): Promise<Replica> =>
  stack.addReplica(service, { extra: { SLUICE_FAIL_POINT: `${point}@${pick(random, PASSINGS)}:${signal}` } });

const until = (what: string, check: () => boolean | Promise<boolean>, withinMs = MET_WITHIN_MS): Promise<void> =>
  waitUntil(async () => check(), { what, withinMs });

/** Waits on the harness's own clock, for faults that are a length of time. */
export const lasting = (ms: number): Promise<void> => {
  const from = performance.now();
  return until(`${ms} ms to pass`, () => performance.now() - from >= ms, ms + MET_WITHIN_MS);
};

/** A service dies at one fail point after the other, each time replaced by a replica that will die at the next. */
export const deaths = (service: Service, points: readonly FailPoint[], signal: 'SIGKILL' | 'SIGTERM'): Fault => ({
  name: `${signal} of ${service} at ${points.length} points`,
  async strike(world) {
    await world.stack.scaleTo(service, 0);
    for (const point of points) {
      const armed = await arm(world, service, { point, signal });
      await until(`${service} to meet its end ${point}`, () => !isAlive(armed));
    }
    // Others may still wait for what comes through this one.
    await world.stack.addReplica(service);
  },
});

/**
 * The zombie: a replica freezes at the point with its transaction open, another takes over, and the first wakes up and goes on
 * as if nothing had happened.
 */
export const zombie = (service: Service, point: 'after-send' | 'after-send-offsets'): Fault => ({
  name: `zombie ${service}, frozen ${point}`,
  async strike(world) {
    const { stack } = world;
    await stack.scaleTo(service, 0);
    const frozen = await arm(world, service, { point, signal: 'SIGSTOP' });
    await until(`${service} to freeze ${point}`, () => isStopped(frozen));
    const successor = await stack.addReplica(service);
    await stack.untilReady(service, successor);
    await lasting(SESSION_TIMEOUT_MS + MARGIN_MS);
    process.kill(frozen.pid, 'SIGCONT');
    await lasting(MARGIN_MS);
    await stop(frozen);
  },
});

/** A replica freezes with its transaction open for longer than the coordinator waits, and wakes up alone. */
export const outlivedTransaction = (service: Service): Fault => ({
  name: `a transaction of ${service} that outlives its time-out`,
  async strike(world) {
    await world.stack.scaleTo(service, 0);
    const frozen = await arm(world, service, { point: 'after-send', signal: 'SIGSTOP' });
    await until(`${service} to freeze`, () => isStopped(frozen));
    await lasting(TRANSACTION_TIMEOUT_MS + MARGIN_MS);
    process.kill(frozen.pid, 'SIGCONT');
    await world.stack.untilReady(service, frozen);
  },
});

/** 1 → 3 → 1, without waiting for anybody to settle in. */
export const rebalanceStorm = (service: Service): Fault => ({
  name: `rebalance storm of ${service}`,
  async strike({ stack }) {
    for (let time = 0; time < 2; time += 1) {
      const more = [await stack.addReplica(service), await stack.addReplica(service)];
      await lasting(MARGIN_MS);
      await Promise.all(more.map((replica) => stop(replica)));
    }
  },
});

/** A newer build takes over service by service, while the older one still runs, under load. */
export const rollingUpgrade = (bundles: string): Fault => ({
  name: 'rolling upgrade between two builds',
  async strike({ stack }) {
    for (const service of services) {
      const older = stack.replicas(service).filter(isAlive);
      const newer = await stack.addReplica(service, { bundles });
      await stack.untilReady(service, newer);
      await Promise.all(older.map((replica) => stop(replica)));
    }
  },
});
