import { spawn } from 'node:child_process';
import { environmentOf, type Addresses } from '../stack/addresses.ts';
import { recordChild } from '../process/started.ts';

/** What another program of this machine does per second, measured in the same run as the chain. */
export interface Peer {
  readonly command: string;
  /** Before the chain and after it: how far they lie apart is how far the machine can be trusted. */
  readonly perSecond: readonly number[];
}

/** The rate in the last line of JSON that says one. @throws Error where none does */
export const rateIn = (printed: string, command: string): number => {
  for (const line of printed.split('\n').toReversed()) {
    try {
      const { per_second: rate } = JSON.parse(line) as { readonly per_second?: unknown };
      if (typeof rate === 'number' && rate > 0) return rate;
    } catch {
      // Not every line it prints has to be JSON.
    }
  }
  throw new Error(`--peer "${command}": it printed no line {"per_second": <a number above 0>}`);
};

/** Runs the command of `--peer` in a shell, with the addresses of this run's servers in its environment. Its rate. @throws Error when it fails or tells none */
export const measurePeer = (command: string, addresses: Addresses): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, {
      shell: true,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...environmentOf(addresses) },
    });
    recordChild(child, { what: 'peer', kind: 'group' });
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0) return reject(new Error(`--peer "${command}": it ended with ${code}`));
      try {
        resolve(rateIn(printed, command));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
