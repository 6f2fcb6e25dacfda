import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../commands/checkout.ts';
import { runPlaybookCommand } from '../run-playbook-command.ts';

export interface Called {
  readonly code: number;
  readonly said: string;
  readonly complained: string;
}

export interface Checkout {
  readonly path: string;
  /** Changes a file. */
  edit(file: string, change: (text: string) => string): void;
  call(line: string, env?: Readonly<Record<string, string>>): Promise<Called>;
  remove(): void;
}

/** A folder with some of the shipped playbooks in it, and the command as somebody calls it there. */
export const aCheckout = (...names: readonly string[]): Checkout => {
  const path = mkdtempSync(join(tmpdir(), 'sluice-playbooks-'));
  for (const name of names) cpSync(join(root, 'playbooks', name), join(path, 'playbooks', name), { recursive: true });
  return {
    path,
    edit(file, change) {
      const at = join(path, 'playbooks', file);
      writeFileSync(at, change(readFileSync(at, 'utf8')));
    },
    async call(line, env = {}) {
      const [said, complained]: [string[], string[]] = [[], []];
      const code = await runPlaybookCommand(line.split(' ').filter(Boolean), {
        cwd: path,
        env,
        started: () => null,
        say: (one) => said.push(one),
        complain: (one) => complained.push(one),
      });
      return { code, said: said.join('\n'), complained: complained.join('\n') };
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
};
