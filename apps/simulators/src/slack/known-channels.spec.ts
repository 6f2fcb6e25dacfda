import { join } from 'node:path';
import { loadPlaybooks } from '@sluice/policy/files';
import { expect, it } from 'vitest';
import { KNOWN_CHANNELS } from './known-channels.ts';
import { createWorkspace } from './workspace.ts';

const { playbooks } = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', '..', 'playbooks'));
const CHANNEL = /^#[a-z0-9][a-z0-9_-]*$/;

/** Every channel a document names, wherever it stands: sinks, ladders, alerts, overrides. */
const channelsIn = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? CHANNEL.test(value)
      ? [value.slice(1)]
      : []
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(channelsIn)
      : [];

it.each(playbooks)('every channel that $playbook.name names is there before anybody posts', ({ playbook }) => {
  const named = [...new Set(channelsIn(playbook))];
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !KNOWN_CHANNELS.some((known) => known === name))).toEqual([]);
});

it('one that no playbook names is made when it is named, and one that is missing never is', () => {
  const workspace = createWorkspace();
  expect(workspace.channelFor('#somebody-edited-this')).toMatchObject({ name: 'somebody-edited-this' });
  expect(workspace.channelFor('#missing-sales')).toBeNull();
});
