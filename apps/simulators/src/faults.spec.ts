import { eventually } from '@sluice/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultSchedule } from './desk/fault-plan.ts';
import { startSimulators, type RunningSimulators } from './start-simulators.ts';

let simulators: RunningSimulators;
beforeAll(async () => {
  simulators = await startSimulators();
});
afterAll(() => simulators.close());
beforeEach(async () => {
  await simulators.clearJournal('slack');
  await simulators.clearFaults('slack');
});

const post = (patience = 5_000) =>
  fetch(`${simulators.addressOf('slack')}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: 'Bearer secret-token', 'content-type': 'application/json' },
    body: JSON.stringify({
      channel: '#sales',
      text: 'hello',
      metadata: { event_type: 'x', event_payload: { effect_id: 'e-1' } },
    }),
    signal: AbortSignal.timeout(patience),
  });
const under = (...faults: FaultSchedule['faults']) => simulators.setFaults('slack', { faults });
const appliedTimes = async () => (await simulators.journal('slack')).applied['e-1'] ?? 0;

describe('faults on demand', () => {
  it('answers a status with Retry-After and applies nothing', async () => {
    await under({ status: 429, retryAfterSeconds: 3, count: 1 });
    const refused = await post();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3']);
    expect(await appliedTimes()).toBe(0);
    expect((await post()).status).toBe(200);
    expect(await appliedTimes()).toBe(1);
  });

  it('breaks the connection before applying', async () => {
    await under({ reset: true });
    await expect(post()).rejects.toThrow('fetch failed');
    expect(await appliedTimes()).toBe(0);
  });

  it('stays silent before applying', async () => {
    await under({ timeoutBeforeApply: true });
    await expect(post(200)).rejects.toThrow(/timeout/);
    expect(await appliedTimes()).toBe(0);
  });

  it('stays silent after applying', async () => {
    await under({ timeoutAfterApply: true });
    await expect(post(200)).rejects.toThrow(/timeout/);
    expect(await appliedTimes()).toBe(1);
  });

  it('breaks the connection after applying', async () => {
    await under({ resetAfterApply: true });
    await expect(post()).rejects.toThrow('fetch failed');
    expect(await appliedTimes()).toBe(1);
  });

  it('answers an error after applying', async () => {
    await under({ errorAfterApply: 500 });
    expect((await post()).status).toBe(500);
    expect(await appliedTimes()).toBe(1);
  });

  it('answers what it is told to, well-formed or not, and applies nothing', async () => {
    await under({ answer: '<html>' });
    const answered = await post();
    expect([answered.status, await answered.text()]).toEqual([200, '<html>']);
    expect(await appliedTimes()).toBe(0);
  });

  it('answers half of what it should', async () => {
    await under({ malformed: true });
    await expect((await post()).json()).rejects.toThrow(SyntaxError);
    expect(await appliedTimes()).toBe(1);
  });

  it('applies a late request although the caller has gone', async () => {
    await under({ latencyMs: 300 });
    await expect(post(100)).rejects.toThrow(/timeout/);
    expect(await appliedTimes()).toBe(0);
    await eventually(async () => expect(await appliedTimes()).toBe(1));
  });

  it('is down until it is up again', async () => {
    await simulators.setOutage('slack', { up: false });
    expect((await post()).status).toBe(503);
    await simulators.setOutage('slack', { up: false, how: 'reset' });
    await expect(post()).rejects.toThrow('fetch failed');
    await simulators.setOutage('slack', { up: true });
    expect((await post()).status).toBe(200);
    expect(await appliedTimes()).toBe(1);
  });

  it('leaves the other simulators alone', async () => {
    await under({ status: 500 });
    expect((await fetch(`${simulators.addressOf('firmographics')}/v1/companies/acme.example`)).status).toBe(200);
  });
});

describe('the journal', () => {
  it('holds what came and what became of it, without secrets', async () => {
    await under({ status: 500, count: 1 });
    await post();
    await post();
    const { received, entries } = await simulators.journal('slack');
    expect(received).toBe(2);
    expect(entries).toMatchObject([
      { status: 500, fault: 'status', applied: [] },
      { status: 200, fault: null, applied: ['e-1'] },
    ]);
    expect(entries[0]?.headers['authorization']).toBe('[redacted]');
    expect(JSON.stringify(entries)).not.toContain('secret-token');
    expect((await simulators.journal('slack', 1)).entries).toHaveLength(1);
  });

  it('says which field of a control request does not fit', async () => {
    await expect(under({ status: 42 })).rejects.toThrow('/faults/0/status');
  });
});
