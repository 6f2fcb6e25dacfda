import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { FailPoint } from '@sluice/kernel';
import { isAlive, isStopped, stop, type Replica } from '@sluice/tooling';
import {
  services,
  SESSION_TIMEOUT_MS,
  TRANSACTION_TIMEOUT_MS,
  untilMet,
  type Fault,
  type Service,
  type World,
} from '../world.ts';

const MARGIN_MS = 3_000;
/** What a service logs when the broker would not have its transaction. */
const REFUSED = 'a transaction was not committed';

type Signal = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP';

/** Which passing of which point it is, as it stands in a schedule. */
export interface Passing {
  readonly point: FailPoint;
  /** From 1. */
  readonly nth: number;
}

const placeOf = ({ point, nth }: Passing): string => `${point}@${nth}`;

/** A replica that meets its fault where it was planned. */
const arm = async (
  { stack }: World,
  service: Service,
  { at, signal }: { readonly at: Passing; readonly signal: Signal },
): Promise<Replica> => stack.addReplica(service, { extra: { SLUICE_FAIL_POINT: `${placeOf(at)}:${signal}` } });

const until = (world: World, what: string, check: () => boolean): Promise<void> =>
  untilMet({ world, what, look: () => (check() ? null : 'not yet') });

/** Waits on the harness's own clock, for faults that are a length of time. */
export const lasting = (ms: number): Promise<void> => pause(ms);

/** A service dies at one fail point after the other, each time replaced by a replica that will die at the next. */
export const deaths = (service: Service, places: readonly Passing[], signal: 'SIGKILL' | 'SIGTERM'): Fault => ({
  name: `${signal} of ${service} ${places.map(placeOf).join(', ')}`,
  async strike(world) {
    await world.stack.scaleTo(service, 0);
    for (const at of places) {
      const armed = await arm(world, service, { at, signal });
      await until(world, `${service} to meet its end ${placeOf(at)}`, () => !isAlive(armed));
    }
    // Others may still wait for what comes through this one.
    await world.stack.addReplica(service);
  },
});

/**
 * The zombie: a replica freezes at the point with its transaction open, another takes over, and the first wakes up and goes on
 * as if nothing had happened.
 */
export const zombie = (service: Service, at: Passing): Fault => ({
  name: `zombie ${service}, frozen ${placeOf(at)}`,
  async strike(world) {
    const { stack } = world;
    await stack.scaleTo(service, 0);
    const frozen = await arm(world, service, { at, signal: 'SIGSTOP' });
    await until(world, `${service} to freeze ${placeOf(at)}`, () => isStopped(frozen));
    const successor = await stack.addReplica(service);
    await stack.untilReady(service, successor);
    await lasting(SESSION_TIMEOUT_MS + MARGIN_MS);
    const saidBefore = readFileSync(frozen.log, 'utf8').length;
    process.kill(frozen.pid, 'SIGCONT');
    // What it still held offsets for it may find settled, and say nothing; what it had only sent it has to be refused.
    if (at.point === 'after-send')
      await until(world, `${service} to be refused`, () =>
        readFileSync(frozen.log, 'utf8').slice(saidBefore).includes(REFUSED),
      );
    else await lasting(MARGIN_MS);
    await stop(frozen);
  },
});

/** A replica freezes with its transaction open for longer than the coordinator waits, and wakes up alone. */
export const outlivedTransaction = (service: Service, at: Passing): Fault => ({
  name: `a transaction of ${service} that outlives its time-out, frozen ${placeOf(at)}`,
  async strike(world) {
    await world.stack.scaleTo(service, 0);
    const frozen = await arm(world, service, { at, signal: 'SIGSTOP' });
    await until(world, `${service} to freeze`, () => isStopped(frozen));
    await lasting(TRANSACTION_TIMEOUT_MS + MARGIN_MS);
    process.kill(frozen.pid, 'SIGCONT');
    await world.stack.untilReady(service, frozen);
  },
});

/** Every replica of a service is replaced by one of another build, while the older ones still run. */
const replaceBy = async (
  { stack }: World,
  { bundles, extra = {} }: { readonly bundles: string; readonly extra?: Readonly<Record<string, string>> },
): Promise<void> => {
  for (const service of services) {
    const before = stack.replicas(service).filter(isAlive);
    const after = await stack.addReplica(service, { bundles, extra });
    await stack.untilReady(service, after);
    await Promise.all(before.map((replica) => stop(replica)));
  }
};

/** A release refuses scopes that came after it: who takes a release back gives it the keys of its day. */
const environmentOfOld = ({ stack }: World): Readonly<Record<string, string>> => ({
  SLUICE_API_KEYS: `${stack.secrets.apiKey}:inquiries:read+ops:read+dlq:read+dlq:replay`,
});

/** Where the builds lie that take over from each other. */
export interface Builds {
  /** That of an older commit; null where only builds of this one are known. */
  readonly older: string | null;
  readonly newer: string;
}

/** A newer build takes over service by service, under load; an older commit's did before it, which is how a release is taken back. */
export const rollingUpgrade = ({ older, newer }: Builds): Fault => ({
  name: 'rolling upgrade',
  async strike(world) {
    if (older !== null) await replaceBy(world, { bundles: older, extra: environmentOfOld(world) });
    await replaceBy(world, { bundles: newer });
  },
});
