import { setTimeout as pause } from 'node:timers/promises';
import type { Stack } from '../stack/start-stack.ts';
import { untilAtRest } from './at-rest.ts';
import { inquiries } from './inquiries.ts';
import type { Observer } from './observer.ts';
import { quantilesOf, type Quantiles } from './quantiles.ts';
import { createSender, type Acknowledged, type Send } from './sender.ts';

export interface Latency {
  readonly idle: Quantiles;
  readonly half: Quantiles;
  readonly full: Quantiles;
  /** Inquiries per second that HTTP intake and chain take together: what full load is. */
  readonly fullPerSecond: number;
}

const IDLE_INQUIRIES = 80;
const UNMEASURED = 5;
const SECONDS = 15;
/** Inquiries under way at a time while the full load is looked for. */
const OUTSTANDING = 600;
const TICK_MS = 10;

const intakeOf = (stack: Stack) => createSender(stack.run.services['ingest']?.[0]?.url ?? '', stack.secrets.intakeHmac);

/** One at a time, each begun when the last one is through. */
const idle = async (send: Send, observer: Observer): Promise<readonly number[]> => {
  const taken: number[] = [];
  for (const body of inquiries(IDLE_INQUIRIES + UNMEASURED)) {
    const { inquiryId, at } = await send(body);
    taken.push((await observer.untilSeen(inquiryId)) - at);
  }
  return taken.slice(UNMEASURED);
};

/** As many as get through when `OUTSTANDING` are always under way. */
const findFullLoad = async (send: Send, observer: Observer): Promise<number> => {
  observer.clear();
  let sent = 0;
  const began = performance.now();
  const end = began + SECONDS * 1_000;
  const pending = new Set<Promise<unknown>>();
  while (performance.now() < end) {
    for (const body of inquiries(Math.max(0, OUTSTANDING - (sent - observer.seen)))) {
      sent += 1;
      const one = send(body).finally(() => pending.delete(one));
      pending.add(one);
    }
    await pause(TICK_MS);
  }
  const perSecond = observer.seen / ((performance.now() - began) / 1_000);
  await Promise.all(pending);
  await observer.until(sent);
  return perSecond;
};

/** Arrivals at a steady rate, whatever becomes of them: a queue that grows shows in the times. */
const steady = async (send: Send, observer: Observer, perSecond: number): Promise<readonly number[]> => {
  observer.clear();
  const sent: Promise<Acknowledged>[] = [];
  const began = performance.now();
  for (let now = began; now < began + SECONDS * 1_000; now = performance.now()) {
    const due = Math.floor(((now - began) / 1_000) * perSecond) - sent.length;
    for (const body of inquiries(due)) sent.push(send(body));
    await pause(TICK_MS);
  }
  const acknowledged = await Promise.all(sent);
  const { at: routed } = await observer.until(sent.length);
  return acknowledged.map(({ inquiryId, at }) => (routed.get(inquiryId) ?? Number.NaN) - at);
};

/** From 202 to the committed `inquiry.routed.v1`, in milliseconds: idle, at half load, at full load. */
export const measureLatency = async (stack: Stack, observer: Observer): Promise<Latency> => {
  const { send, close } = intakeOf(stack);
  try {
    const whenIdle = quantilesOf(await idle(send, observer));
    const fullPerSecond = await findFullLoad(send, observer);
    await untilAtRest(stack);
    const half = quantilesOf(await steady(send, observer, fullPerSecond / 2));
    await untilAtRest(stack);
    const full = quantilesOf(await steady(send, observer, fullPerSecond));
    return { idle: whenIdle, half, full, fullPerSecond };
  } finally {
    close();
  }
};

/** The longest that any inquiry of a trickle waited while `change` went on, in milliseconds. */
export const worstDuring = async (
  stack: Stack,
  observer: Observer,
  change: () => Promise<unknown>,
): Promise<number> => {
  const { send, close } = intakeOf(stack);
  const sent: Promise<Acknowledged>[] = [];
  try {
    observer.clear();
    let changed = false;
    const changing = change().finally(() => {
      changed = true;
    });
    for (let rest = 100; rest > 0; rest -= changed ? 1 : 0) {
      for (const body of inquiries(1)) sent.push(send(body));
      await pause(50);
    }
    await changing;
    const acknowledged = await Promise.all(sent);
    const { at: routed } = await observer.until(sent.length);
    return Math.max(...acknowledged.map(({ inquiryId, at }) => (routed.get(inquiryId) ?? 0) - at));
  } finally {
    close();
  }
};
