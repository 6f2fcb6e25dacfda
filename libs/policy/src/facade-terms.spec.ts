import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { facadeTerms, sourceOf } from './facade-terms.ts';
import { loadPlaybooks } from './load-playbooks.ts';
import { parsePlaybook } from './parse-playbook.ts';
import { facades } from './schema/facades.ts';
import { aDocument } from './testing/a-document.ts';

const document = {
  facades: ['lead-capture'],
  sources: { 'lead-capture': { kind: 'http', key: ['event_id'], verify: 'none' } },
};

describe('a facade', () => {
  it('has the terms that its playbook names for the source', () => {
    expect(facadeTerms(parsePlaybook(aDocument(document)), 'lead-capture', { source: 'lead-capture' })).toMatchObject({
      key: ['event_id'],
      verify: 'none',
    });
  });

  it('asks for a signature where the playbook names none', () => {
    expect(
      facadeTerms(parsePlaybook(aDocument({ facades: ['lead-capture'] })), 'lead-capture', { source: 'lead-capture' }),
    ).toMatchObject({ verify: 'hmac' });
  });

  it('is off where the playbook does not list it, for a brand also where only the override does not', () => {
    const playbook = parsePlaybook(aDocument({ ...document, overrides: { brand: { quiet: { facades: [] } } } }));
    expect(facadeTerms(playbook, 'triage', { source: 'mail' })).toBeNull();
    expect(facadeTerms(playbook, 'lead-capture', { source: 'lead-capture', brand: 'quiet' })).toBeNull();
    expect(facadeTerms(playbook, 'lead-capture', { source: 'lead-capture', brand: 'loud' })).not.toBeNull();
  });
});

describe('the playbooks as they are activated here', () => {
  const { playbooks, activations } = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', 'playbooks'));
  const activeFor = (source: string) =>
    playbooks.find(
      ({ hash }) =>
        hash ===
        (activations.find((one) => one.source === source) ?? activations.find((one) => one.source === '*'))?.hash,
    );

  it.each(facades.filter((facade) => facade !== 'health'))('answer at the facade %s', (facade) => {
    const active = activeFor(sourceOf(facade));
    expect(active && facadeTerms(active.playbook, facade, { source: sourceOf(facade) })).toMatchObject({
      verify: expect.stringMatching(/./) as string,
    });
  });
});
