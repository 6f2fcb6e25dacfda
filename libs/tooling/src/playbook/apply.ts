import { diffPlaybooks, parsePlaybook, playbookHashOf, type Playbook } from '@sluice/policy';
import { bindingsIn, readPlaybook, sourcesOf } from '@sluice/policy/files';
import { z } from 'zod';
import { askApi, type ApiAnswer } from './ask-api.ts';
import { CommandError, type CommandOptions, type CommandWorld, type PlaybookCommand } from './command-world.ts';
import { mistakesIn, placesOf, type PlaybookPlace } from './find-playbook.ts';

const named = z.object({ number: z.number(), hash: z.string() });
const headSchema = z.object({
  active: named.nullable(),
  latest: named,
  bindings: z.array(z.object({ brand: z.string(), source: z.string() })),
});

/** What is there, as far as it matters here. */
interface Head extends z.output<typeof headSchema> {
  readonly etag: string | null;
}
type Binding = Head['bindings'][number];

const refusal = ({ name }: PlaybookPlace, { status, body }: ApiAnswer): CommandError => {
  const errors = Array.isArray(body['errors'])
    ? body['errors'].map(
        (fault: Readonly<Record<string, unknown>>) =>
          `${String(fault['file'] ?? name)}:${String(fault['line'] ?? '')}:${String(fault['column'] ?? '')}: ${String(fault['pointer'])}: ${String(fault['detail'])}`,
      )
    : [];
  return new CommandError([`applying ${name}: ${status} ${String(body['detail'] ?? '')}`, ...errors].join('\n  '));
};

const headOf = async (world: CommandWorld, place: PlaybookPlace): Promise<Head | null> => {
  const answer = await askApi(world, `/v1/playbooks/${place.name}`);
  if (answer.status === 404) return null;
  if (answer.status !== 200) throw refusal(place, answer);
  return { etag: answer.etag, ...headSchema.parse(answer.body) };
};

const wordsOf = async (
  world: CommandWorld,
  { place, head, playbook }: { readonly place: PlaybookPlace; readonly head: Head | null; readonly playbook: Playbook },
): Promise<readonly string[]> => {
  if (!head?.active) return ['it has no active version yet'];
  const { body } = await askApi(world, `/v1/playbooks/${place.name}/versions/${head.active.number}`);
  return diffPlaybooks(parsePlaybook(body['document']), playbook).map(({ words }) => words);
};

const unboundOf = (place: PlaybookPlace, head: Head | null): readonly Binding[] =>
  bindingsIn(place.root)
    .filter(({ playbook }) => playbook === place.name)
    .map(({ brand, source }) => ({ brand, source }))
    .filter(({ brand, source }) => !head?.bindings.some((one) => one.brand === brand && one.source === source));

const save = async (
  world: CommandWorld,
  place: PlaybookPlace,
  { head, reason }: { readonly head: Head | null; readonly reason: string },
): Promise<ApiAnswer> => {
  const sources = sourcesOf(place.root, place.name);
  const [own, chain] = [sources.at(-1), sources.slice(0, -1)];
  const body = {
    reason,
    playbook: own?.text ?? '',
    prompts: own?.prompts ?? {},
    extends: chain.length > 0 ? chain : null,
  };
  const answer = await askApi(world, `/v1/playbooks/${place.name}`, {
    method: 'PUT',
    body,
    ifMatch: head?.etag ?? null,
  });
  if (answer.status >= 300) throw refusal(place, answer);
  return answer;
};

interface Plan {
  readonly place: PlaybookPlace;
  readonly head: Head | null;
  readonly bindings: readonly Binding[];
  /** What would be different. */
  readonly words: readonly string[];
}

/** The version that says what the files say; null where it is not the one that it should be. */
const versionThere = (head: Head | null, playbook: Playbook, activate: boolean): number | null => {
  const version = activate ? head?.active : head?.latest;
  return version?.hash === playbookHashOf(playbook) ? version.number : null;
};

const planOf = async (place: PlaybookPlace, world: CommandWorld, activate: boolean): Promise<Plan | null> => {
  const { playbook } = readPlaybook(place.root, place.name);
  if (playbook === null) throw new CommandError(`${place.name} can not be used`);
  const head = await headOf(world, place);
  const bindings = activate ? unboundOf(place, head) : [];
  const there = versionThere(head, playbook, activate);
  if (there !== null && bindings.length === 0) {
    world.say(`${place.name}: nothing to do, version ${there} says the same`);
    return null;
  }
  const words = await wordsOf(world, { place, head, playbook });
  return {
    place,
    head,
    bindings,
    words: [...words, ...bindings.map(({ brand, source }) => `it gets brand “${brand}”, source “${source}”`)],
  };
};

const carryOut = async (
  { place, head, bindings }: Plan,
  world: CommandWorld,
  { activate, reason }: CommandOptions,
): Promise<string> => {
  if (reason === null)
    throw new CommandError('say why with --reason: it stands in the history of the playbook for ever');
  const saved = await save(world, place, { head, reason });
  const version = Number(saved.body['version']);
  if (!activate) return `version ${version} is there, and not active`;
  const moved = await askApi(world, `/v1/playbooks/${place.name}/activate`, {
    method: 'POST',
    body: { version, reason, bindings },
    ifMatch: saved.etag,
  });
  if (moved.status !== 200) throw refusal(place, moved);
  return `version ${version} is active; before it ${head?.active?.number ?? 'none'}`;
};

const applyOne = async (place: PlaybookPlace, world: CommandWorld, options: CommandOptions): Promise<void> => {
  const plan = await planOf(place, world, options.activate);
  if (plan === null) return;
  world.say(`${place.name}: ${options.dryRun ? 'would change' : await carryOut(plan, world, options)}`);
  plan.words.forEach((line) => world.say(`  ${line}`));
};

/** Brings a running installation to what the files say: a version, and the pointer to it. Repeated it changes nothing. */
export const apply: PlaybookCommand = async (refs, world, options) => {
  const places = placesOf(refs, world);
  const mistakes = [...new Set(places.flatMap((place) => mistakesIn(place, world)))];
  mistakes.forEach((line) => world.say(line));
  // All of them are sound, or none is sent.
  if (mistakes.length > 0) return 1;
  for (const place of places) await applyOne(place, world, options);
  return 0;
};
