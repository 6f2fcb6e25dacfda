import { Problem } from '@sluice/service';
import { describe, expect, it } from 'vitest';
import type { PoolCommand } from '@sluice/contracts';
import { PoolsController } from './pools.controller.ts';

const setUp = () => {
  const ordered: (readonly [PoolCommand, string])[] = [];
  const controller = new PoolsController(
    {
      pools: {
        async *events() {
          yield [];
        },
      },
      clock: { now: () => '2026-11-21T09:00:00.000Z' },
    },
    {
      toInquiry: async () => ({ kind: 'unknown-inquiry' }),
      toPool: async (command, key) => {
        ordered.push([command, key]);
        return { commandId: 'c' };
      },
    },
    () => ({ id: 'ops', digest: Buffer.alloc(0), scopes: [] }),
  );
  const request = (headers: Readonly<Record<string, string>> = {}) => ({ headers }) as never;
  return { ordered, controller, request };
};
const sales = { id: 'sales' };

const problemOf = async (act: Promise<unknown>) => {
  const thrown: unknown = await act.catch((error: unknown) => error);
  if (!(thrown instanceof Problem)) throw new Error('no problem was thrown');
  return thrown.options;
};

describe('a pool over HTTP', () => {
  it('gives a week of it', async () => {
    const { controller, request } = setUp();
    expect(await controller.fairness(request(), sales, { week: '2026-W47' })).toEqual({
      pool: 'sales',
      brand: 'default',
      week: '2026-W47',
      from: '2026-11-16T00:00:00.000Z',
      to: '2026-11-23T00:00:00.000Z',
      assigned: 0,
      owners: [],
    });
  });

  it.each([
    { query: {}, parameter: 'week' },
    { query: { week: '2026-W60' }, parameter: 'week' },
    { query: { week: '0000-W01' }, parameter: 'week' },
    { query: { week: '9999-W52' }, parameter: 'week' },
    { query: { week: '2026-W47', other: 1 }, parameter: 'other' },
  ])('names what is wrong with $query', async ({ query, parameter }) => {
    const { controller, request } = setUp();
    expect(await problemOf(controller.fairness(request(), sales, query))).toMatchObject({
      status: 400,
      errors: [{ parameter, in: 'query' }],
    });
  });

  it('orders what people may ask, under the name of their key', async () => {
    const { controller, request, ordered } = setUp();
    await controller.order(request({ 'idempotency-key': 'k' }), sales, {
      command: { do: 'leave', owner: 'ada', until: null },
      why: 'on holiday',
    });
    expect(ordered).toEqual([
      [
        {
          brand: 'default',
          pool: 'sales',
          command: { do: 'leave', owner: 'ada', until: null },
          by: 'ops',
          why: 'on holiday',
          orderedAt: '2026-11-21T09:00:00.000Z',
        },
        'k',
      ],
    ]);
  });

  it.each([
    {
      what: 'without an idempotency key',
      headers: {},
      body: { command: { do: 'return', owner: 'ada' }, why: 'because' },
      status: 400,
    },
    {
      what: 'that only pools say',
      headers: { 'idempotency-key': 'k' },
      body: {
        command: { do: 'withdraw', inquiryId: '11111111-1111-5111-8111-111111111111', owner: 'ada' },
        why: 'because',
      },
      status: 422,
    },
    {
      what: 'without a reason',
      headers: { 'idempotency-key': 'k' },
      body: { command: { do: 'return', owner: 'ada' } },
      status: 422,
    },
  ])('refuses an order $what', async ({ headers, body, status }) => {
    const { controller, request, ordered } = setUp();
    expect(await problemOf(controller.order(request(headers), sales, body))).toMatchObject({ status });
    expect(ordered).toEqual([]);
  });
});
