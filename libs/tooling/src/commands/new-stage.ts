import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from './checkout.ts';

export interface NewStage {
  readonly app: string;
  /** Verb-noun: `score-inquiry`. */
  readonly name: string;
  /** Event types, `inquiry.scored.v1`. */
  readonly consumes: string;
  readonly produces: string;
}

const camel = (dashed: string): string => dashed.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** `inquiry.scored.v1` is `inquiryScored.v1` in libs/contracts. */
const contractOf = (type: string): { readonly constant: string; readonly member: string } => {
  const [noun = '', verb = '', version = ''] = type.split('.');
  const constant = `${noun}${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
  if (!/^v\d+$/.test(version))
    throw new Error(`"${type}" is no event: write <noun>.<verb>.v<number>, as in inquiry.scored.v1`);
  return { constant, member: `${constant}.${version}` };
};

const stageSource = ({ name, consumes, produces }: NewStage): string => {
  const [input, output] = [contractOf(consumes), contractOf(produces)];
  const imports = [...new Set([input.constant, output.constant])].sort().join(', ');
  return `import { ${imports} } from '@sluice/contracts';
import type { Playbook } from '@sluice/policy';
import { defineStage, drop } from '@sluice/stage';

/** Say what is decided here, and what would go wrong otherwise. */
export const ${camel(name)} = defineStage<Playbook>()({
  name: '${name}',
  consumes: ${input.member},
  produces: [${output.member}],

  /** Reads the world; may run twice, never writes. */
  gather: async () => null,

  /** Pure: the same event, facts and moment always give the same outcome. */
  decide: () => drop('not-decided-yet'),
});
`;
};

const specSource = ({ name, consumes }: NewStage): string => `import { loadPlaybooks } from '@sluice/policy/files';
import { stageSpec } from '@sluice/stage/testing';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ${camel(name)} } from './${name}.stage.ts';

const [playbook] = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', '..', 'playbooks')).playbooks;
if (!playbook) throw new Error('there is no playbook');
const given = stageSpec(${camel(name)}, playbook.playbook);

describe('${name}', () => {
  it('reads ${consumes}', () => {
    expect(${camel(name)}.consumes.type).toBe('${consumes}');
  });

  it('drops what it can not decide yet', () => {
    given({} as Parameters<typeof given>[0]).when(null).thenDrops('not-decided-yet');
  });
});
`;

const rowOf = ({ name, consumes, produces }: NewStage): string => `| ${name} | \`${consumes}\` | \`${produces}\` |`;

const addRow = (readme: string, row: string): string => {
  const lines = readme.split('\n');
  const last = lines.findLastIndex((line) => line.startsWith('|'));
  return [...lines.slice(0, last + 1), row, ...lines.slice(last + 1)].join('\n');
};

/** Writes a stage that does nothing yet, its spec, and its row in the app's README. Gives the files. @throws Error that says what does not fit. */
export const makeStage = (checkout: string, stage: NewStage): readonly string[] => {
  if (!/^[a-z]+(-[a-z]+)+$/.test(stage.name))
    throw new Error(`"${stage.name}" is no name of a stage: write verb-noun, as in score-inquiry`);
  const app = join(checkout, 'apps', stage.app);
  if (!existsSync(join(app, 'package.json'))) throw new Error(`there is no app "${stage.app}"`);
  const [file, spec, readme] = [
    join(app, 'src', 'stages', `${stage.name}.stage.ts`),
    join(app, 'src', 'stages', `${stage.name}.stage.spec.ts`),
    join(app, 'README.md'),
  ];
  if (existsSync(file)) throw new Error(`${file} is there already`);
  mkdirSync(join(app, 'src', 'stages'), { recursive: true });
  writeFileSync(file, stageSource(stage));
  writeFileSync(spec, specSource(stage));
  writeFileSync(readme, addRow(readFileSync(readme, 'utf8'), rowOf(stage)));
  return [file, spec, readme];
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { consumes: { type: 'string' }, produces: { type: 'string' } },
  });
  const [app, name] = positionals;
  if (!app || !name || !values.consumes || !values.produces)
    throw new Error('npm run new:stage -- <app> <verb-noun> --consumes <event> --produces <event>');
  const files = makeStage(root, { app, name, consumes: values.consumes, produces: values.produces });
  console.log(
    [
      ...files,
      `Now name "${name}" in stageInputs of libs/contracts/src/topics.ts, and start it in the module of apps/${app}.`,
    ].join('\n'),
  );
}
