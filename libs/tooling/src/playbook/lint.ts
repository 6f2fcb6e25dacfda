import { bindingsIn, playbookNames } from '@sluice/policy/files';
import type { PlaybookCommand } from './command-world.ts';
import { mistakesIn, placesOf } from './find-playbook.ts';

const bindingMistakes = (dir: string): readonly string[] => {
  const names = playbookNames(dir);
  return bindingsIn(dir)
    .filter(({ playbook }) => !names.includes(playbook))
    .map(({ playbook }) => `activation.yaml: there is no playbook "${playbook}"`);
};

/** Says every mistake with its file, line and column. */
export const lint: PlaybookCommand = async (refs, world) => {
  const places = placesOf(refs, world);
  const mistakes = [
    ...places.flatMap((place) => mistakesIn(place, world)),
    ...(refs.length === 0 ? bindingMistakes(world.dir) : []),
  ];
  // What several start from is told once.
  for (const line of new Set(mistakes)) world.say(line);
  world.say(
    mistakes.length === 0
      ? `${places.length} ${places.length === 1 ? 'playbook' : 'playbooks'}, no mistakes`
      : `${new Set(mistakes).size} mistakes`,
  );
  return mistakes.length === 0 ? 0 : 1;
};
