import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { appNames } from '../build/build-apps.ts';
import { root } from '../commands/checkout.ts';

interface Service { readonly image: string; readonly command?: readonly string[]; readonly environment?: Readonly<Record<string, string>>; readonly depends_on?: Readonly<Record<string, unknown>>; readonly build?: { readonly context: string; readonly dockerfile: string } }

const file = join(root, 'deploy', 'compose', 'compose.yaml');
const { services } = parse(readFileSync(file, 'utf8'), { merge: true }) as { services: Readonly<Record<string, Service>> };

describe('the compose file', () => {
  it('runs every service there is', () => {
    expect(appNames(root).filter((name) => !services[name]?.command?.[0]?.endsWith(`${name}/main.js`))).toEqual([]);
  });

  it.each(Object.entries(services))('%s is pinned, and depends on what is there', (_name, { image, depends_on: needs, build }) => {
    expect(image).toMatch(/^[\w./-]+:\d+\.\d+(\.\d+)?$/);
    expect(Object.keys(needs ?? {}).filter((other) => !services[other])).toEqual([]);
    if (build) expect(existsSync(join(root, 'deploy', 'compose', build.context, build.dockerfile))).toBe(true);
  });

  it('gives each service every key its config has no default for', () => {
    for (const name of appNames(root).filter((one) => one !== 'simulators')) {
      const config = readFileSync(join(root, 'apps', name, 'src', 'config.ts'), 'utf8');
      const own = [...config.matchAll(/^\s+(SLUICE_\w+): (.*)$/gm)].filter(([, , rest]) => !/default|optional/.test(rest ?? '')).map(([, key]) => String(key));
      expect([name, own.filter((key) => !(key in (services[name]?.environment ?? {})))]).toEqual([name, []]);
    }
  });
});
