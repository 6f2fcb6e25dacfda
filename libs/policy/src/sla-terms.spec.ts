import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPlaybooks } from './load-playbooks.ts';
import { parsePlaybook } from './parse-playbook.ts';
import type { Playbook } from './playbook.ts';
import { alwaysOpen } from './schema/calendar.ts';
import { poolSchema } from './schema/pools.ts';
import { termsOf } from './sla-terms.ts';

const { playbooks } = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', 'playbooks'));
const customerOps = playbooks.find(({ playbook }) => playbook.name === 'customer-ops')?.playbook;
if (!customerOps) throw new Error('there is no customer-ops');
const HOUR = 3_600_000;

const routeOf = (id: string) => {
  const route = customerOps.routes.find((one) => one.id === id);
  if (!route) throw new Error(`there is no route ${id}`);
  return route;
};
const changed = (change: (copy: Playbook) => void): Playbook => {
  const copy = structuredClone(customerOps);
  change(copy);
  return copy;
};

const lastRouteOf = ({ routes }: Playbook) => {
  const route = routes.at(-1);
  if (!route) throw new Error('there is no route');
  return route;
};

describe('the promises of a route', () => {
  it('take calendar and ladder from their clock', () => {
    const terms = termsOf(customerOps, routeOf('lead')).find(({ clock }) => clock === 'first_human');
    expect(terms).toMatchObject({
      budgetMs: 2 * HOUR,
      calendarName: 'business',
      calendar: { zone: 'America/New_York' },
      atRisk: [0.7, 0.9],
      stops: ['claimed', 'replied'],
      restarts: false,
    });
    expect(terms?.steps.map(({ id, at }) => [id, at])).toEqual([
      ['owner', 0.7],
      ['desk', 0.9],
      ['breach', 1],
      ['twice-the-time', 2],
    ]);
    expect(terms?.pauses['waiting-for-third-party']).toEqual({ maxMs: 40 * HOUR });
  });

  it('may say otherwise: an outage counts at night too', () => {
    const terms = termsOf(customerOps, routeOf('outage'));
    expect(terms.find(({ clock }) => clock === 'first_human')).toMatchObject({
      calendar: alwaysOpen,
      budgetMs: HOUR / 2,
    });
    expect(terms.find(({ clock }) => clock === 'first_human')?.steps.every(({ urgent }) => urgent)).toBe(true);
  });

  it('come in one order, however the playbook was stored', () => {
    const route = routeOf('support');
    const turned = { ...route, sla: Object.fromEntries(Object.entries(route.sla).reverse()) };
    expect(termsOf(customerOps, turned)).toEqual(termsOf(customerOps, route));
  });

  it('are none where the route promises nothing', () => {
    expect(termsOf(customerOps, routeOf('spam'))).toEqual([]);
  });
});

describe('a playbook is refused whose promises', () => {
  it.each([
    {
      what: 'run by a clock that is not there',
      change: (one: Playbook) => {
        lastRouteOf(one).sla = { lunch: 5 };
      },
      fault: 'sla/lunch: there is no clock "lunch"',
    },
    {
      what: 'count by a calendar that is not there',
      change: (one: Playbook) => {
        lastRouteOf(one).sla = { followup: { minutes: 5, calendar: 'moon' } };
      },
      fault: 'there is no calendar "moon"',
    },
    {
      what: 'have a ladder that is not there',
      change: (one: Playbook) => {
        lastRouteOf(one).sla = { followup: { minutes: 5, ladder: 'snakes' } };
      },
      fault: 'there is no ladder "snakes"',
    },
    {
      what: 'keep an owner to a calendar that is not there',
      change: (one: Playbook) => {
        one.pools['desk'] = poolSchema.parse({
          owners: [{ key: 'ada', hours: 'moon' }],
          noneAvailable: { do: 'hold' },
        });
      },
      fault: '/pools/desk/owners/0/hours: there is no calendar "moon"',
    },
    {
      what: 'disturb by a calendar that is not there',
      change: (one: Playbook) => {
        one.sla.disturb = 'moon';
      },
      fault: '/sla/disturb: there is no calendar "moon"',
    },
    {
      what: 'raise to a priority that is not there',
      change: (one: Playbook) => {
        one.sla.ladders['standard'] = [{ id: 'a', at: 1, urgent: false, do: [{ do: 'raise-priority', to: 'cosmic' }] }];
      },
      fault: '"cosmic" is no priority',
    },
    {
      what: 'tell a subscriber that is not there',
      change: (one: Playbook) => {
        one.sla.ladders['standard'] = [{ id: 'a', at: 1, urgent: false, do: [{ do: 'webhook', name: 'nobody' }] }];
      },
      fault: 'there is no webhook "nobody"',
    },
    {
      what: 'have two steps of one name',
      change: (one: Playbook) => {
        one.sla.ladders['standard']?.push({ id: 'owner', at: 3, urgent: false, do: [{ do: 'tell-queue' }] });
      },
      fault: 'two steps are called "owner"',
    },
    {
      what: 'last no time',
      change: (one: Playbook) => {
        lastRouteOf(one).sla = { followup: 0 };
      },
      fault: '/sla/followup',
    },
  ])('$what', ({ change, fault }) => {
    expect(() => parsePlaybook(changed(change))).toThrow(fault);
  });
});
