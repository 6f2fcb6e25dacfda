import type { Connector, SinkCheck, SinkFault } from '@sluice/connectors';
import { eventually } from '@sluice/testing';
import { afterEach, expect, it } from 'vitest';
import { SinkChecks } from './check-sinks.ts';

const GONE: SinkFault = { target: '#leads', reason: 'channel_not_found', mend: 'create the channel' };
const REVOKED: SinkFault = { target: null, reason: 'token_revoked', mend: 'set a new token' };
const WELL: SinkCheck = { kind: 'checked', faults: [] };

let running: SinkChecks | null = null;
afterEach(() => running?.drain());

/** Checks of one provider that answers as told, every few milliseconds. */
const checksOf = async (targetsOf: () => Promise<readonly string[]> = async () => ['#leads', '#sales']) => {
  let answer: SinkCheck = WELL;
  const asked: (readonly string[])[] = [];
  const told: SinkFault[] = [];
  const connector: Connector = {
    kind: 'slack.message',
    onUnknown: 'ask',
    timeoutMs: 100,
    check: async (targets) => {
      asked.push(targets);
      return answer;
    },
    perform: async () => ({ kind: 'unknown', reason: 'never called' }),
    ask: async () => ({ kind: 'absent' }),
    close: async () => undefined,
  };
  const checks = new SinkChecks({
    connectors: [connector],
    targetsOf,
    onFault: (_kind, fault) => told.push(fault),
    everyMs: 5,
  });
  running = checks;
  return {
    checks,
    asked,
    told,
    answerWith: (next: SinkCheck) => {
      answer = next;
    },
  };
};
const note = ({ checks }: { readonly checks: SinkChecks }) => checks.notes()['slack.message'];

it('says what a person has to mend, and how, until it is mended; each fault is told once', async () => {
  const world = await checksOf();
  expect(note(world)).toBe('not checked yet');
  world.answerWith({ kind: 'checked', faults: [GONE, REVOKED] });
  await world.checks.start();
  await eventually(() =>
    expect(note(world)).toBe(
      '#leads: channel_not_found: create the channel; every target: token_revoked: set a new token',
    ),
  );
  await eventually(() => expect(world.asked.length).toBeGreaterThan(3));
  expect(world.told).toEqual([GONE, REVOKED]);
  world.answerWith(WELL);
  await eventually(() => expect(note(world)).toBe('well; 2 targets'));
  world.answerWith({ kind: 'checked', faults: [GONE] });
  expect(world.checks.health()).toEqual({ ready: true, reason: null });
});

it('asks a provider that is well again only when a playbook names another target', async () => {
  const targets = ['#leads'];
  let looks = 0;
  const world = await checksOf(async () => {
    looks += 1;
    return [...targets];
  });
  await world.checks.start();
  await eventually(() => expect(looks).toBeGreaterThan(5));
  expect(world.asked).toEqual([['#leads']]);
  targets.push('#new');
  await eventually(() => expect(world.asked).toEqual([['#leads'], ['#leads', '#new']]));
});

it('learns nothing from a provider that is away: what was wrong before still is', async () => {
  const world = await checksOf();
  world.answerWith({ kind: 'checked', faults: [GONE] });
  await world.checks.start();
  await eventually(() => expect(note(world)).toContain('channel_not_found'));
  world.answerWith({ kind: 'cannot-tell', reason: 'http-503' });
  await eventually(() => expect(note(world)).toBe('could not be asked: http-503'));
  world.answerWith({ kind: 'checked', faults: [GONE] });
  await eventually(() => expect(note(world)).toContain('channel_not_found'));
  expect(world.told).toEqual([GONE]);
});

it('checks the credentials although the playbooks can’t be read, and keeps the service ready', async () => {
  const world = await checksOf(() => Promise.reject(new Error('no such table')));
  world.answerWith({ kind: 'checked', faults: [REVOKED] });
  await world.checks.start();
  await eventually(() => expect(note(world)).toContain('token_revoked'));
  expect(world.asked[0]).toEqual([]);
  expect(world.checks.health().ready).toBe(true);
});
