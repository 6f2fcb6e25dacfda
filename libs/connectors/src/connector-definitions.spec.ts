import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulatorNames } from '@sluice/simulators';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectorDefinitions } from './connector-definitions.ts';

const here = import.meta.dirname;
/** Folders of the frame, and those whose settings the notifier has had before there was one. */
const OTHERS: ReadonlySet<string> = new Set(['mail', 'ports', 'slack', 'testing', 'vendor', 'webhook']);
const folders = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !OTHERS.has(entry.name))
  .map(({ name }) => name);

/** What says that a connector passes the kit, or, where it can't be asked, what stands in for it. */
const KITS = /\b(?:vendorSuite|ticketSuite|mailSuite)\(/u;

describe('the connectors', () => {
  it('are all in the list, one for each folder', () => {
    expect(connectorDefinitions.map(({ provider }) => provider).toSorted()).toEqual(folders.toSorted());
  });

  it.each(folders)('%s has its README, passes the kit, and has a simulator', (name) => {
    const readme = readFileSync(join(here, name, 'README.md'), 'utf8');
    for (const heading of ['## Settings', '## Once', '## Bounds']) expect(readme).toContain(heading);
    expect(readFileSync(join(here, name, `${name}.connector.spec.ts`), 'utf8')).toMatch(KITS);
    expect(simulatorNames).toContain(name.replaceAll('-', ''));
  });

  it('say what each of their settings is for, and name it in the README', () => {
    for (const { provider, keys } of connectorDefinitions) {
      const readme = readFileSync(join(here, provider, 'README.md'), 'utf8');
      for (const [key, schema] of Object.entries(keys)) {
        expect(`${key}: ${z.globalRegistry.get(schema)?.description ?? descriptionIn(schema)}`).toMatch(/: .{3,}/u);
        if (!key.includes('_SANDBOX_')) expect(readme).toContain(`\`${key}\``);
      }
    }
  });

  it('have no key that another has', () => {
    const all = connectorDefinitions.flatMap(({ keys }) => Object.keys(keys));
    expect(all.length).toBe(new Set(all).size);
    expect(existsSync(here)).toBe(true);
  });

  it('name a setting that is missing where others of the same provider are there', () => {
    const zendesk = connectorDefinitions.find(({ provider }) => provider === 'zendesk');
    expect(
      zendesk?.faultsOf({ SLUICE_ZENDESK_EMAIL: 'a@b.example', SLUICE_ZENDESK_SANDBOX_URL: 'https://x.example' }),
    ).toEqual(
      [
        'SLUICE_ZENDESK_URL',
        'SLUICE_ZENDESK_TOKEN',
        'SLUICE_ZENDESK_SANDBOX_EMAIL',
        'SLUICE_ZENDESK_SANDBOX_TOKEN',
      ].map((key) => ({ key, message: 'is missing, and other settings of zendesk are there' })),
    );
    expect(zendesk?.faultsOf({})).toEqual([]);
  });
});

/** Of a setting that may be left out, the text lies with what is optional. */
const descriptionIn = (schema: z.ZodType): string | undefined => {
  const { innerType, in: input } = schema.def as unknown as { readonly innerType?: z.ZodType; readonly in?: z.ZodType };
  return schema.description ?? (innerType ? descriptionIn(innerType) : input ? descriptionIn(input) : undefined);
};
