import { describe, expect, it } from 'vitest';
import { parsePlaybook, PlaybookError, storedPlaybook } from '../parse-playbook.ts';
import { aDocument } from '../testing/a-document.ts';

const faultsOf = (over: object): readonly string[] => {
  try {
    parsePlaybook(aDocument(over));
    return [];
  } catch (error) {
    return error instanceof PlaybookError ? error.faults.map(({ pointer, message }) => `${pointer}: ${message}`) : [];
  }
};

const fields = {
  kind: { type: 'string', values: ['lead', 'billing'], describe: 'What it is' },
  confidence: { type: 'number', describe: 'How sure' },
};
const template = { enabled: true, subject: 'Re', text: 'Hello' };
const owners = [{ key: 'ada' }];

describe('a word that names nothing is refused, since what it was meant to do would never be done', () => {
  it.each([
    {
      what: 'a kill switch that would stop nothing',
      over: { killSwitches: [{ id: 'stop', intents: ['biling'] }] },
      says: '/killSwitches/0/intents/0: "biling" is neither an intent nor a category',
    },
    {
      what: 'a category that would be acknowledged all the same',
      over: { acknowledgement: { never: ['legall'] } },
      says: '/acknowledgement/never/0: "legall" is no intent, category or flag',
    },
    {
      what: 'a category that would be written to the CRM all the same',
      over: { sinks: { crm: { notCategories: ['spamm'] } } },
      says: '/sinks/crm/notCategories/0: "spamm" is neither an intent nor a category',
    },
    {
      what: 'attachments that would be named all the same',
      over: { sinks: { slack: { redactAttachments: ['legall'] } } },
      says: '/sinks/slack/redactAttachments/0: "legall" is neither an intent nor a category',
    },
    {
      what: 'a queue of a sink',
      over: { sinks: { crm: { queues: ['salez'] } } },
      says: '/sinks/crm/queues/0: "salez" is the queue of no route',
    },
    {
      what: 'a queue with a channel',
      over: { sinks: { slack: { channels: { salez: '#sales' } } } },
      says: '/sinks/slack/channels/salez: "salez" is the queue of no route',
    },
    {
      what: 'a queue of a flag',
      over: { flags: { trial: { on: true, queues: ['salez'] } } },
      says: '/flags/trial/queues/0: "salez" is the queue of no route',
    },
    {
      what: 'a field that is shown',
      over: { sinks: { slack: { fields: ['comany'] } } },
      says: '/sinks/slack/fields/0: "comany" is no extraction field',
    },
    {
      what: 'the priority of a route',
      over: { routes: [{ id: 'all', when: 'true', queue: 'all', priority: 'hihg' }] },
      says: '/routes/0/priority: "hihg" is no priority',
    },
    {
      what: 'the label of a rule',
      over: {
        rubric: { labels: [{ label: 'A', atLeast: 0 }] },
        rules: [{ id: 'drop', when: 'true', then: { label: 'Dorp' } }],
      },
      says: '/rules/0/then/label: "Dorp" is no label',
    },
    {
      what: 'the field of the category',
      over: { extraction: { fields, categoryField: 'knd' } },
      says: '/extraction/categoryField: "knd" is no extraction field',
    },
    {
      what: 'the field of the confidence',
      over: { extraction: { fields, categoryField: 'kind', confidenceField: 'sure' } },
      says: '/extraction/confidenceField: "sure" is no extraction field',
    },
    {
      what: 'a key field',
      over: { extraction: { fields, keyFields: ['kind', 'budget'] } },
      says: '/extraction/keyFields/1: "budget" is no extraction field',
    },
    {
      what: 'a field of an example',
      over: { extraction: { fields, examples: [{ message: 'Hi', answer: { knd: 'lead' } }] } },
      says: '/extraction/examples/0/answer/knd: "knd" is no extraction field',
    },
    {
      what: 'a value of an example',
      over: { extraction: { fields, examples: [{ message: 'Hi', answer: { kind: 'laed' } }] } },
      says: '/extraction/examples/0/answer/kind: "laed" is no value of kind',
    },
    {
      what: 'the field of the flags',
      over: { taxonomy: { flagsField: 'risks' } },
      says: '/taxonomy/flagsField: "risks" is no extraction field',
    },
    {
      what: 'the field of an axis',
      over: { taxonomy: { axes: { intent: { field: 'intnt' } } } },
      says: '/taxonomy/axes/intent/field: "intnt" is no extraction field',
    },
    {
      what: 'the fallback of an axis',
      over: { taxonomy: { axes: { urgency: { values: ['low'], fallback: 'normal' } } } },
      says: '/taxonomy/axes/urgency/fallback: "normal" is no value of urgency',
    },
    {
      what: 'words of an axis',
      over: { taxonomy: { axes: { product: { values: ['api'], words: { apis: ['endpoint'] } } } } },
      says: '/taxonomy/axes/product/words/apis: "apis" is no value of product',
    },
    {
      what: 'a word that is mapped',
      over: { taxonomy: { mappings: { category: { leed: 'lead' } } } },
      says: '/taxonomy/mappings/category/leed: "leed" is no category',
    },
    {
      what: 'a tier that is mapped',
      over: { taxonomy: { mappings: { tier: { Hto: 'hot' } } } },
      says: '/taxonomy/mappings/tier/Hto: "Hto" is no label',
    },
    {
      what: 'an axis that is mapped',
      over: { taxonomy: { mappings: { categry: { lead: 'lead' } } } },
      says: '/taxonomy/mappings/categry: "categry" is no axis',
    },
    {
      what: 'the template that is fallen back to',
      over: { drafting: { fallbackTemplate: 'recieved' } },
      says: '/drafting/fallbackTemplate: "recieved" is no template',
    },
    {
      what: 'the category of a template',
      over: { acknowledgement: { templates: { received: { ...template, category: 'leed' } } } },
      says: '/acknowledgement/templates/received/category: "leed" is neither an intent nor a category',
    },
    {
      what: 'the label of a measured condition',
      over: { evaluation: { gates: [{ metric: 'precision', label: 'leed', op: '>', value: 0.9 }] } },
      says: '/evaluation/gates/0/label: "leed" is no intent, category or label',
    },
    {
      what: 'a leave that ends before it begins',
      over: {
        pools: {
          desk: {
            owners: [{ key: 'ada', leave: [{ from: '2026-08-14', to: '2026-08-03' }] }],
            noneAvailable: { do: 'hold' },
          },
        },
      },
      says: '/pools/desk/owners/0/leave/0/to: is before 2026-08-14, so they would never be away',
    },
    {
      what: 'a skill that nobody has',
      over: {
        pools: { desk: { owners, noneAvailable: { do: 'hold' } } },
        routes: [{ id: 'all', when: 'true', queue: 'all', pool: 'desk', needs: { skills: ['sales'] } }],
      },
      says: '/routes/0/needs/skills/0: nobody in the pool "desk" has the skill "sales"',
    },
  ])('$what', ({ over, says }) => expect(faultsOf(over)).toEqual([says]));
});

describe('what is told by its name has one of its own', () => {
  it.each([
    {
      what: 'routes',
      over: {
        routes: [
          { id: 'all', when: 'false', queue: 'all' },
          { id: 'all', when: 'true', queue: 'all' },
        ],
      },
      says: '/routes/1/id: there is another "all"',
    },
    {
      what: 'rules',
      over: {
        rules: [
          { id: 'a', when: 'true', then: {} },
          { id: 'a', when: 'false', then: {} },
        ],
      },
      says: '/rules/1/id: there is another "a"',
    },
    {
      what: 'guards',
      over: {
        guards: [
          { id: 'a', when: 'true', then: { path: 'human' } },
          { id: 'a', when: 'true', then: { path: 'suggest' } },
        ],
      },
      says: '/guards/1/id: there is another "a"',
    },
    {
      what: 'a rule and a guard',
      over: {
        rules: [{ id: 'a', when: 'true', then: {} }],
        guards: [{ id: 'a', when: 'true', then: { path: 'human' } }],
      },
      says: '/guards/0/id: there is another "a"',
    },
    {
      what: 'kill switches',
      over: { killSwitches: [{ id: 'a' }, { id: 'a' }] },
      says: '/killSwitches/1/id: there is another "a"',
    },
    {
      what: 'categories',
      over: {
        taxonomy: {
          categories: [
            { name: 'lead', priority: 'normal' },
            { name: 'lead', priority: 'high' },
          ],
        },
      },
      says: '/taxonomy/categories/1/name: there is another "lead"',
    },
    {
      what: 'labels',
      over: {
        rubric: {
          labels: [
            { label: 'A', atLeast: 5 },
            { label: 'A', atLeast: 0 },
          ],
        },
      },
      says: '/rubric/labels/1/label: there is another "A"',
    },
    {
      what: 'phases',
      over: { rollout: { phases: [{ name: 'pilot' }, { name: 'pilot' }] } },
      says: '/rollout/phases/1/name: there is another "pilot"',
    },
    {
      what: 'points',
      over: {
        rubric: {
          components: [
            { rule: 'fit', when: 'true', points: 1, input: 'true', from: 'rule' },
            { rule: 'fit', when: 'true', points: 2, input: 'true', from: 'rule' },
          ],
        },
      },
      says: '/rubric/components/1/rule: there is another "fit"',
    },
  ])('$what', ({ over, says }) => expect(faultsOf(over)).toEqual([says]));
});

it('a switch may name an intent, and a flag may forbid an acknowledgement', () => {
  expect(
    faultsOf({
      taxonomy: { axes: { intent: { values: ['book_call'] } }, flags: [{ name: 'sensitive' }] },
      killSwitches: [{ id: 'calls', intents: ['book_call', 'lead'] }],
      acknowledgement: { never: ['sensitive', 'billing'] },
    }),
  ).toEqual([]);
});

it('an override that takes away what is named is refused', () => {
  expect(
    faultsOf({
      killSwitches: [{ id: 'stop', intents: ['billing'] }],
      overrides: { brand: { acme: { taxonomy: { categories: [{ name: 'lead', priority: 'normal' }] } } } },
    }),
  ).toEqual([
    '/overrides/brand/acme: with brand acme, /killSwitches/0/intents/0: "billing" is neither an intent nor a category',
  ]);
});

it('a version that was accepted before somebody looked for such mistakes is read all the same, so that its inquiries end by it', () => {
  const old = aDocument({ killSwitches: [{ id: 'stop', intents: ['biling'] }] });
  expect(faultsOf({ killSwitches: [{ id: 'stop', intents: ['biling'] }] })).toHaveLength(1);
  expect(storedPlaybook(old).killSwitches).toMatchObject([{ id: 'stop', intents: ['biling'] }]);
  expect(() => storedPlaybook({ name: 'x' })).toThrow(PlaybookError);
});
