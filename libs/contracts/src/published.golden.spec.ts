import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson } from '@sluice/kernel';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { asyncApiDocument } from './async-api.ts';
import { faultsBetween, type Schema } from './compatibility.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { eventTopics } from './topics.ts';

const lib = join(dirname(fileURLToPath(import.meta.url)), '..');
const contracts = eventTopics.flatMap(({ contract }) => (contract ? [contract] : []));
const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(lib, ...path), 'utf8'));
const plain = (value: unknown): Schema => JSON.parse(JSON.stringify(value)) as Schema;

describe.each(contracts.map((contract) => ({ type: contract.type, contract })))('$type', ({ type, contract }) => {
  const published = read('published', `${type}.json`) as Schema[];
  const today = plain(jsonSchemaOf(contract));

  it('still reads every version that was published', () => {
    expect(published.flatMap((before) => faultsBetween(before, today))).toEqual([]);
  });

  it('is published as it is: npm run contracts:publish', () => {
    expect(canonicalJson(published.at(-1))).toBe(canonicalJson(today));
  });

  it('reads its golden events, which are never edited', () => {
    const events = readdirSync(join(lib, 'golden', type)).map((name) => read('golden', type, name));
    expect(events.length).toBeGreaterThan(0);
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(today);
    for (const event of events) {
      expect(contract.parse(event)).toEqual(event);
      expect([validate(event), validate.errors]).toEqual([true, null]);
    }
  });
});

describe('a change that older events would not survive is refused', () => {
  const before: Schema = {
    type: 'object',
    additionalProperties: false,
    required: ['a'],
    properties: {
      a: { type: 'string' },
      b: { enum: ['x', 'y'] },
      n: { type: 'integer', maximum: 10 },
      l: { type: 'array', items: { type: 'string' } },
      u: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    },
  };
  const changed = (properties: object, more: object = {}): Schema => ({
    ...before,
    ...more,
    properties: { ...before.properties, ...properties } as Schema['properties'] & object,
  });

  it.each([
    { what: 'a field that is removed', after: { ...before, properties: { b: { enum: ['x', 'y'] } } } },
    { what: 'a field that becomes required', after: changed({}, { required: ['a', 'b'] }) },
    { what: 'a new field that is required', after: changed({ c: { type: 'string' } }, { required: ['a', 'c'] }) },
    { what: 'a type that changes', after: changed({ a: { type: 'number' } }) },
    { what: 'a value that is removed', after: changed({ b: { enum: ['x'] } }) },
    { what: 'a bound that tightens', after: changed({ n: { type: 'integer', maximum: 5 } }) },
    { what: 'a bound that is new', after: changed({ n: { type: 'integer', maximum: 10, minimum: 1 } }) },
    { what: 'items that change', after: changed({ l: { type: 'array', items: { type: 'number' } } }) },
    { what: 'null that is no longer allowed', after: changed({ u: { type: 'string' } }) },
  ])('$what', ({ after }) => {
    expect(faultsBetween(before, after)).not.toEqual([]);
  });

  it.each([
    { what: 'nothing', after: before },
    { what: 'an optional field more', after: changed({ c: { type: 'string' } }) },
    { what: 'a value more', after: changed({ b: { enum: ['x', 'y', 'z'] } }) },
    { what: 'an integer that may be any number', after: changed({ n: { type: 'number' } }) },
    { what: 'a field that may be null', after: changed({ a: { anyOf: [{ type: 'string' }, { type: 'null' }] } }) },
  ])('but $what may change', ({ after }) => {
    expect(faultsBetween(before, after)).toEqual([]);
  });
});

describe('the AsyncAPI document', () => {
  it('is the one that is published, and refers to nothing that is not there', () => {
    const document = plain(asyncApiDocument());
    expect(canonicalJson(read('..', '..', 'docs', 'asyncapi.json'))).toBe(canonicalJson(document));
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => String(path));
    const resolve = (path: string): unknown =>
      path.split('/').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
    expect(references.filter((path) => resolve(path) === undefined)).toEqual([]);
  });
});
