import { join } from 'node:path';
import type { Playbook } from '@sluice/policy';
import { caseSchema, type Case } from '@sluice/policy/cases';
import { loadPlaybooks } from '@sluice/policy/files';
import { describe, expect, it } from 'vitest';
import { root } from '../commands/checkout.ts';
import { decideCase } from './decide-case.ts';

const { playbooks } = loadPlaybooks(join(root, 'playbooks'));
const asking = playbooks.map(({ playbook }) => playbook).filter(({ model }) => model.ask !== 'never');

const aCase = (over: object): Case => caseSchema.parse({ name: 'a case', expect: {}, ...over });
/** What a model that is hardly sure calls it; a playbook that asks for no category is told nothing. */
const unsure = ({ extraction }: Playbook, category: string) =>
  extraction.categoryField === null ? {} : { [extraction.categoryField]: category, confidence: 0.1 };

/** Every category, with the ways in which nobody is certain of it. */
const doubtful = (playbook: Playbook): readonly { readonly how: string; readonly one: Case }[] =>
  playbook.taxonomy.categories.flatMap(({ name, words }) => {
    const text = `Hello to all of you, this is about ${words[0] ?? 'something'} and some more.`;
    return [
      { how: `${name}, of which the model is not sure`, one: aCase({ reading: unsure(playbook, name) }) },
      { how: `${name}, found by its word without a model`, one: aCase({ inquiry: { text }, unavailable: 'timeout' }) },
      {
        how: `${name}, found by its word after an unreadable answer`,
        one: aCase({ inquiry: { text }, unreadable: 'invalid' }),
      },
    ];
  });

describe.each(asking.map((playbook) => ({ name: playbook.name, playbook })))('$name', ({ playbook }) => {
  it.each(doubtful(playbook))('closes nothing unseen, and tells somebody: $how', ({ one }) => {
    const { routing } = decideCase(playbook, one).routed;
    const route = playbook.routes.find(({ id }) => id === routing.rule);
    expect(routing.closed).toBe(false);
    expect(routing.pool !== null || route?.notify).toBe(true);
    expect(playbook.sinks.slack.mode).not.toBe('off');
  });

  it.each(doubtful(playbook).filter(({ one }) => one.reading === undefined))(
    'asks a person to look: $how',
    ({ one }) => {
      expect(decideCase(playbook, one).scored.decision.review.needed).toBe(true);
    },
  );
});
