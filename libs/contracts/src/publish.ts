/** `npm run contracts:publish`: adds today's schemas to what was published, where they changed and stay compatible. Run on purpose, by a person. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson } from '@sluice/kernel';
import { asyncApiDocument } from './async-api.ts';
import { faultsBetween, type Schema } from './compatibility.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { eventTopics } from './topics.ts';

const lib = join(dirname(fileURLToPath(import.meta.url)), '..');
mkdirSync(join(lib, 'published'), { recursive: true });

for (const { name, contract } of eventTopics) {
  if (!contract) continue;
  const file = join(lib, 'published', `${name}.json`);
  const published = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Schema[]) : [];
  const schema = JSON.parse(JSON.stringify(jsonSchemaOf(contract))) as Schema;
  const faults = published.flatMap((before) => faultsBetween(before, schema));
  if (faults.length > 0)
    throw new Error(
      `publishing ${name}: older events could not be read: ${faults.join('; ')}. Make a new version instead.`,
    );
  if (published.every((before) => canonicalJson(before) !== canonicalJson(schema)))
    writeFileSync(file, `${JSON.stringify([...published, schema], null, 1)}\n`);
}
writeFileSync(join(lib, '..', '..', 'docs', 'asyncapi.json'), `${JSON.stringify(asyncApiDocument(), null, 2)}\n`);
