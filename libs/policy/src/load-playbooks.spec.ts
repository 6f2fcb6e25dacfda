import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadPlaybooks } from './load-playbooks.ts';
import { playbookHashOf, storedPlaybook } from './parse-playbook.ts';

const { playbooks } = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', 'playbooks'));

it.each(playbooks)('$playbook.name is stored without what nobody wrote, and is the same again', (loaded) => {
  const { playbook, document, hash } = loaded;
  // Nobody names a sender: an older build, which does not know the field, must be able to read the version.
  expect(playbook.sinks.mail.from).toBeNull();
  expect(document).not.toHaveProperty('sinks.mail.from');
  expect(storedPlaybook(document)).toEqual(playbook);
  expect(playbookHashOf(storedPlaybook(document))).toBe(hash);
});
