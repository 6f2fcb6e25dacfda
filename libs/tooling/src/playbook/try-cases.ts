import type { Case } from '@sluice/policy/cases';
import { decideCase, seenIn } from './decide-case.ts';
import { isDeepStrictEqual } from 'node:util';
import type { PlaybookCommand } from './command-world.ts';
import { findPlaybook, placesOf, type FoundPlaybook } from './find-playbook.ts';
import { table } from './table.ts';

export type Seen = ReturnType<typeof seenIn>;

export const shown = (value: unknown): string =>
  value === null || value === undefined ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** Of a record only what is expected counts: points, clocks. */
const agrees = (expected: unknown, seen: unknown): boolean =>
  typeof expected === 'object' && expected !== null && typeof seen === 'object' && seen !== null
    ? Object.entries(expected).every(([key, value]) => agrees(value, (seen as Readonly<Record<string, unknown>>)[key]))
    : isDeepStrictEqual(expected, seen);

const misses = ({ expect: { flags = [], not = [], ...rest } }: Case, seen: Seen): readonly string[] => [
  ...Object.entries(rest)
    .filter(([field, value]) => !agrees(value, seen[field as keyof Seen]))
    .map(([field, value]) => `${field}: expected ${shown(value)}, decided ${shown(seen[field as keyof Seen])}`),
  ...flags.filter((flag) => !seen.flags.includes(flag)).map((flag) => `flag ${flag}: expected, and not set`),
  ...not.filter((flag) => seen.flags.includes(flag)).map((flag) => `flag ${flag}: set, and not expected`),
];

const rowOf = (one: Case, seen: Seen, isRight: boolean): readonly string[] => [
  isRight ? '✓' : '✗',
  one.name,
  ...[seen.category, seen.label, seen.score, seen.priority, seen.route, seen.path].map(shown),
];

const HEAD = ['', 'case', 'category', 'label', 'score', 'priority', 'route', 'path'];

const tried = ({
  ref,
  playbook,
  cases,
}: FoundPlaybook): { readonly lines: readonly string[]; readonly wrong: number } => {
  const results = cases.map((one) => {
    const seen = seenIn(decideCase(playbook, one));
    return { one, seen, wrong: misses(one, seen) };
  });
  const wrong = results.filter((result) => result.wrong.length > 0);
  return {
    wrong: wrong.length,
    lines: [
      `${ref}: ${cases.length - wrong.length} of ${cases.length} cases hold`,
      ...table([HEAD, ...results.map((result) => rowOf(result.one, result.seen, result.wrong.length === 0))]).map(
        (line) => `  ${line}`,
      ),
      ...wrong.flatMap((result) => [`  ✗ ${result.one.name}`, ...result.wrong.map((line) => `      ${line}`)]),
    ],
  };
};

/** Decides the worked cases of playbooks by the stages themselves, and says where it comes out otherwise than expected. */
export const test: PlaybookCommand = async (refs, world) => {
  const named = refs.length > 0 ? refs : placesOf([], world).map(({ name }) => name);
  let [wrong, all] = [0, 0];
  for (const ref of named) {
    const found = await findPlaybook(ref, world);
    const result = tried(found);
    wrong += result.wrong;
    all += found.cases.length;
    result.lines.forEach((line) => world.say(line));
  }
  if (named.length > 1) world.say(`${all - wrong} of ${all} cases of ${named.length} playbooks hold`);
  return wrong === 0 ? 0 : 1;
};
