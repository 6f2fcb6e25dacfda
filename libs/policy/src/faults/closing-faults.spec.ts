import { describe, expect, it } from 'vitest';
import { parsePlaybook, PlaybookError } from '../parse-playbook.ts';
import { aDocument } from '../testing/a-document.ts';

const faultsOf = (over: object): readonly string[] => {
  try {
    parsePlaybook(aDocument(over));
    return [];
  } catch (error) {
    if (!(error instanceof PlaybookError)) throw error;
    return error.faults.map(({ pointer, message }) => `${pointer}: ${message}`);
  }
};

const closing = (when: string) => ({ id: 'closing', when, queue: 'closed', closed: true, notify: false });
const review = (when: string) => ({ id: 'review', when, queue: 'review' });
const desk = { id: 'desk', when: 'true', queue: 'desk' };
const UNSEEN =
  'may close what a person has to look at: add "&& !decision.review", or put a route for decision.review before it';

describe('a playbook is refused that would close what a person has to look at', () => {
  it.each([
    { when: 'decision.category == "billing"' },
    { when: 'decision.label == "Drop"' },
    { when: 'decision.score < 5.0' },
    { when: 'decision.review || decision.category == "billing"' },
    { when: '!(decision.review && decision.category == "billing")' },
    { when: 'inquiry.channel == "mail" ? true : !decision.review' },
  ])('by $when', ({ when }) => {
    const labels = { rubric: { labels: [{ label: 'Drop', atLeast: 0 }] } };
    expect(faultsOf({ ...labels, routes: [closing(when), review('decision.review'), desk] })).toEqual([
      `/routes/0/when: ${UNSEEN}`,
    ]);
  });

  it('behind a route that not everything takes which has to be looked at', () => {
    const routes = [
      review('decision.review && decision.category == "lead"'),
      closing('decision.category == "billing"'),
      desk,
    ];
    expect(faultsOf({ routes })).toEqual([`/routes/1/when: ${UNSEEN}`]);
  });

  it('with its last route', () => {
    expect(faultsOf({ routes: [review('decision.review'), closing('true')] })).toEqual([
      '/routes/1/closed: the last route must not close: nothing else is left for what is uncertain',
    ]);
  });
});

describe('a playbook is accepted', () => {
  it.each([
    {
      what: 'whose closing route leaves out what has to be looked at',
      routes: [closing('decision.category == "billing" && !decision.review'), desk],
    },
    {
      what: 'that says the same the other way round',
      routes: [closing('!(decision.review || decision.category != "billing")'), desk],
    },
    {
      what: 'that compares it with false',
      routes: [closing('decision.review == false && decision.category == "billing"'), desk],
    },
    {
      what: 'whose review comes first',
      routes: [review('decision.review'), closing('decision.category == "billing"'), desk],
    },
    {
      what: 'whose review takes more than that',
      routes: [review('decision.review || decision.score < 5.0'), closing('decision.category == "billing"'), desk],
    },
    { what: 'that closes nothing', routes: [desk] },
  ])('$what', ({ routes }) => {
    expect(faultsOf({ routes })).toEqual([]);
  });
});

describe('what a model calls it', () => {
  const read = {
    extraction: {
      fields: {
        category: { type: 'string', values: ['lead', 'billing'], describe: 'What' },
        confidence: { type: 'number', describe: 'How sure' },
      },
      categoryField: 'category',
    },
    routes: [closing('decision.category == "billing" && !decision.review'), desk],
  };

  it('closes nothing where no gate says how sure it must be', () => {
    expect(faultsOf({ ...read, gates: { reviewBelow: 0 } })).toEqual([
      '/routes/0/when: closes "billing" however unsure the model is: set gates.byIntent.billing.reviewBelow',
    ]);
  });

  it.each([
    { what: 'a gate for all', gates: { reviewBelow: 0.5 } },
    { what: 'a gate of its own', gates: { reviewBelow: 0, byIntent: { billing: { reviewBelow: 0.5 } } } },
    { what: 'fields that must be there', gates: { reviewBelow: 0, reviewWhenMissing: 1 } },
  ])('may close where there is $what', ({ gates }) => {
    expect(faultsOf({ ...read, gates })).toEqual([]);
  });

  it('may close where no model is asked', () => {
    expect(faultsOf({ ...read, gates: { reviewBelow: 0 }, model: { ask: 'never' } })).toEqual([]);
  });
});

describe('a playbook is refused that tells nobody', () => {
  const slack = { slack: { mode: 'live' } };
  const webhooks = [{ name: 'subscribers', mode: 'live' }];
  const quiet = { id: 'quiet', when: 'decision.review', queue: 'quiet', notify: false };

  it('of what takes one of its routes', () => {
    expect(faultsOf({ sinks: slack, routes: [quiet, desk] })).toEqual([
      '/routes/0/notify: nobody is told: it has no pool, and no sink hears of it',
    ]);
  });

  it('of anything, while machines are told', () => {
    expect(faultsOf({ sinks: { slack: { mode: 'off' }, webhooks } })).toEqual([
      '/sinks/slack/mode: is off, and nobody is told of what takes the route "all"',
    ]);
  });

  it('and not where a pool is given it, whose owner is told', () => {
    const pools = { sales: { owners: [{ key: 'ada' }], noneAvailable: { do: 'hold' } } };
    expect(faultsOf({ sinks: slack, pools, routes: [{ ...quiet, pool: 'sales' }, desk] })).toEqual([]);
  });

  it('and not where nothing is done at all: a dry run', () => {
    expect(faultsOf({ sinks: { slack: { mode: 'off' } } })).toEqual([]);
  });
});
