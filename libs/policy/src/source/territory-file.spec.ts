import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultLine } from './read-sources.ts';
import { playbookNames, readPlaybook, sourcesOf } from '../load-playbooks.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'territories-'));
  for (const folder of ['playbooks', 'infra']) cpSync(join(root, folder), join(copy, folder), { recursive: true });
});
afterAll(() => rmSync(copy, { recursive: true }));

const TEAMS = {
  US: 'us-team@company.com',
  CA: 'canada-team@company.com',
  UK: 'emea-team@company.com',
  DEFAULT: 'general@company.com',
};
const write = (teams: object | string): void =>
  writeFileSync(join(copy, 'infra', 'routing.json'), typeof teams === 'string' ? teams : JSON.stringify(teams));
const read = () => readPlaybook(join(copy, 'playbooks'), 'revops');

describe('infra/routing.json', () => {
  it('is what document 004 writes, and stands in the playbook, and in the text that a version keeps', () => {
    expect(JSON.parse(readFileSync(join(root, 'infra', 'routing.json'), 'utf8'))).toEqual(TEAMS);
    const { playbook } = readPlaybook(join(root, 'playbooks'), 'revops');
    expect(playbook?.territories).toEqual({ US: 'us-team', CA: 'canada-team', GB: 'emea-team', DEFAULT: 'general' });
    expect(sourcesOf(join(root, 'playbooks'), 'revops').at(-1)?.text).toContain('territories: {"US":"us-team"');
    expect(playbookNames(join(root, 'playbooks'))).toContain('revops');
  });

  it('says which pool takes a country: another team in the file, another pool', () => {
    write({ ...TEAMS, US: 'emea-team@company.com', DEFAULT: 'canada-team@company.com' });
    expect(read().playbook?.territories).toEqual({
      US: 'emea-team',
      CA: 'canada-team',
      GB: 'emea-team',
      DEFAULT: 'canada-team',
    });
  });

  it('that names a team nobody is in is a mistake of the playbook, with its place', () => {
    write({ ...TEAMS, US: 'nobody@company.com' });
    expect(read().faults.map(faultLine)).toEqual([
      expect.stringMatching(/^revops\/playbook\.yaml:\d+:\d+ \/territories\/US: there is no pool "nobody"$/u),
    ]);
  });

  it.each([
    ['{"US":', 'it is no JSON'],
    [{ Texas: 'us-team@company.com' }, '/Texas'],
    [{ US: 5 }, '/US'],
  ])('that is %j is told as what it is', (teams, told) => {
    write(teams);
    expect(read).toThrow(told);
  });
});
