import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from '../commands/checkout.ts';
import { aCheckout, type Checkout } from './testing/called.ts';

let checkout: Checkout;
beforeEach(() => {
  checkout = aCheckout('foundation', 'lead-qual', 'base');
});
afterEach(() => checkout.remove());

const LEAD_QUAL = 'lead-qual/playbook.yaml';

describe('playbook lint', () => {
  it('finds nothing in what is shipped', async () => {
    expect(await checkout.call('lint')).toEqual({ code: 0, said: '2 playbooks, no mistakes', complained: '' });
  });

  it.each([
    {
      what: 'a condition',
      file: LEAD_QUAL,
      change: (text: string) => text.replace('when: inquiry.addressKind ==', 'when: inquiry.addresKind =='),
      line: /^playbooks\/lead-qual\/playbook\.yaml:\d+:19: \/rules\/0\/when: /u,
    },
    {
      what: 'an unknown field',
      file: LEAD_QUAL,
      change: (text: string) => text.replace('weeklySample', 'weekly'),
      line: /^playbooks\/lead-qual\/playbook\.yaml:\d+:\d+: /u,
    },
    {
      what: 'the YAML',
      file: LEAD_QUAL,
      change: (text: string) => `${text}\n  - [`,
      line: /^playbooks\/lead-qual\/playbook\.yaml:\d+:\d+: /u,
    },
    {
      what: 'what it starts from',
      file: 'foundation/playbook.yaml',
      change: (text: string) => text.replace('minWords: 6', 'minWords: many'),
      line: /^playbooks\/foundation\/playbook\.yaml:29:13: \/gates\/minWords: /u,
    },
    {
      what: 'a case',
      file: 'lead-qual/fixtures/cases.yaml',
      change: (text: string) => text.replace('expect:', 'expects:'),
      line: /^playbooks\/lead-qual\/fixtures\/cases\.yaml:\d+:\d+: \/0\/expect: /u,
    },
  ])('tells file, line and column of a mistake in $what, and exits with 1', async ({ file, change, line }) => {
    checkout.edit(file, change);
    const { code, said } = await checkout.call('lint lead-qual');
    expect([code, said.split('\n')[0]]).toEqual([1, expect.stringMatching(line)]);
  });

  it('takes a name, a folder or a file, and says when there is none', async () => {
    for (const ref of ['lead-qual', 'playbooks/lead-qual', 'playbooks/lead-qual/playbook.yaml'])
      expect(await checkout.call(`lint ${ref}`)).toMatchObject({ code: 0, said: '1 playbook, no mistakes' });
    expect(await checkout.call('lint nothing')).toMatchObject({
      code: 2,
      complained: expect.stringContaining('there is no playbook "nothing"'),
    });
  });

  it('says when a playbook is bound that is not there', async () => {
    writeFileSync(join(checkout.path, 'playbooks', 'activation.yaml'), 'activations: [{ playbook: gone }]');
    expect(await checkout.call('lint')).toMatchObject({
      code: 1,
      said: expect.stringContaining('there is no playbook "gone"'),
    });
  });
});

describe('playbook test', () => {
  it('shows each case with what was decided', async () => {
    const { code, said } = await checkout.call('test lead-qual');
    expect(code).toBe(0);
    expect(said).toMatch(/^lead-qual: (\d+) of \1 cases hold$/mu);
    expect(said).toMatch(/✓ {2}everything speaks for it +lead +A +90 +high +hot-lead +suggest/u);
  });

  it('says where a case comes out otherwise, and exits with 1', async () => {
    checkout.edit(LEAD_QUAL, (text) => text.replace('points: 30', 'points: 29'));
    const { code, said } = await checkout.call('test lead-qual base');
    expect(code).toBe(1);
    expect(said).toMatch(/✗ everything speaks for it\n +score: expected 90, decided 89/u);
    expect(said).toMatch(/^base: (\d+) of \1 cases hold$/mu);
  });
});

describe('playbook diff', () => {
  it('says in words what is different, with 1, and nothing, with 0', async () => {
    const other = aCheckout('foundation', 'lead-qual');
    other.edit(LEAD_QUAL, (text) =>
      text.replace('points: 30', 'points: 31').replace('[integration, integrate,', '[integration,'),
    );
    expect(await checkout.call(`diff lead-qual ${other.path}/playbooks/lead-qual`)).toEqual({
      code: 1,
      complained: '',
      said: 'word list “product_words” loses “integrate”\nrubric component “fit” › points goes from 30 to 31 (points)',
    });
    expect(await checkout.call('diff lead-qual lead-qual')).toMatchObject({ code: 0, said: 'nothing is different' });
    other.remove();
  });

  it('takes two', async () =>
    expect(await checkout.call('diff lead-qual')).toMatchObject({
      code: 2,
      complained: 'diff takes two playbooks: diff <a> <b>',
    }));
});

describe('playbook compare', () => {
  it('shows the decisions that change, on the cases of both', async () => {
    const other = aCheckout('foundation', 'lead-qual');
    other.edit(LEAD_QUAL, (text) => text.replace('{ label: A, atLeast: 70 }', '{ label: A, atLeast: 91 }'));
    const { code, said } = await checkout.call(`compare lead-qual ${other.path}/playbooks/lead-qual`);
    expect(code).toBe(1);
    expect(said).toMatch(/everything speaks for it +label +A +B/u);
    expect(said).toMatch(/everything speaks for it +queue +sales-priority +sales/u);
    expect(said).toMatch(/^\d+ of \d+ decisions change: label \d+/mu);
    expect(await checkout.call('compare lead-qual lead-qual')).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^0 of \d+ decisions change$/u),
    });
    other.remove();
  });

  it('compares any two of those that are shipped, on other cases too', { timeout: 60_000 }, async () => {
    expect(await checkout.call('compare lead-qual base')).toMatchObject({
      code: 1,
      said: expect.stringContaining('everything speaks for it'),
    });
    writeFileSync(
      join(checkout.path, 'mine.yaml'),
      '- { name: mine, inquiry: { addressKind: disposable }, asked: false, expect: {} }',
    );
    expect(await checkout.call('compare lead-qual base --cases mine.yaml')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/^1 of 1 decisions change/mu),
    });
  });
});

describe('the command', () => {
  it.each(['', 'nothing', 'lint --nonsense'])('says what it can do when asked “%s”, with 2', async (line) => {
    expect(await checkout.call(line)).toMatchObject({
      code: 2,
      complained: expect.stringMatching(/npx sluice playbook|nonsense/u),
    });
  });

  it('says what is missing when it is to ask an installation', async () => {
    expect(await checkout.call('diff lead-qual@active lead-qual')).toMatchObject({
      code: 2,
      complained: expect.stringContaining('no installation is named'),
    });
    expect(await checkout.call('diff lead-qual@active lead-qual --api http://127.0.0.1:1')).toMatchObject({
      code: 2,
      complained: expect.stringContaining('SLUICE_API_KEY is not set'),
    });
    expect(
      await checkout.call('diff lead-qual@active lead-qual --api http://127.0.0.1:1', { SLUICE_API_KEY: 'k' }),
    ).toMatchObject({ code: 2, complained: expect.stringContaining('asking http://127.0.0.1:1') });
  });

  it('is `sluice`, with its exit code', () => {
    const bin = join(root, 'libs', 'tooling', 'bin', 'sluice.mjs');
    const called = (...args: readonly string[]) =>
      spawnSync(process.execPath, [bin, 'playbook', ...args], { cwd: checkout.path, encoding: 'utf8' });
    expect(called('lint')).toMatchObject({ status: 0, stdout: '2 playbooks, no mistakes\n' });
    expect(called('lint', 'nothing').status).toBe(2);
    expect(spawnSync(process.execPath, [bin, 'nonsense'], { encoding: 'utf8' })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('there is no command "nonsense"'),
    });
  }, 60_000);
});
