import { diffPlaybooks } from '@sluice/policy';
import { CommandError, type PlaybookCommand } from './command-world.ts';
import { findPlaybook } from './find-playbook.ts';

/** Says in words what is different between two playbooks or two versions. */
export const diff: PlaybookCommand = async ([first, second, ...more], world, { verbose }) => {
  if (first === undefined || second === undefined || more.length > 0)
    throw new CommandError('diff takes two playbooks: diff <a> <b>');
  const [a, b] = [await findPlaybook(first, world), await findPlaybook(second, world)];
  const changes = diffPlaybooks(a.playbook, b.playbook);
  for (const { words, meaning } of changes) world.say(verbose ? `${words}\n    ${meaning}` : words);
  if (changes.length === 0) world.say('nothing is different');
  return changes.length === 0 ? 0 : 1;
};
