import { Ajv2020 } from 'ajv/dist/2020.js';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fieldsOf } from './fields.ts';
import { documentSchema, fileSchema } from './file-schema.ts';
import { awaited, notYetPaths } from './not-yet.ts';
import { published } from './published.ts';

const fields = fieldsOf(documentSchema());
const root = join(import.meta.dirname, '..', '..', '..', '..', 'playbooks');

describe('the schema of a playbook', () => {
  it('says what every field means', () => {
    expect(fields.length).toBeGreaterThan(200);
    expect(fields.filter(({ meaning }) => meaning === '').map(({ path }) => path)).toEqual([]);
  });

  it('gives every number a unit and two bounds', () => {
    const numbers = fields.filter(({ isNumber }) => isNumber);
    expect(numbers.length).toBeGreaterThan(60);
    expect(
      numbers.filter(({ unit, bounds }) => unit === '' || !bounds.includes(' to ')).map(({ path }) => path),
    ).toEqual([]);
  });
});

describe('what nothing acts on yet', () => {
  it('is a field of the schema, each', () => {
    expect(notYetPaths.filter((path) => !fields.some((field) => field.path === path))).toEqual([]);
  });

  it('is none of what holds a decision back today', () => {
    const obeyed = [
      'gates.autoSend',
      'gates.autoSendWithin',
      'gates.neverAutoSendWith',
      'killSwitches[].engaged',
      'rollout.phase',
      'model.dailyBudgetUsd',
      'sinks.slack.mode',
      'sla.disturb',
    ];
    expect(obeyed.filter((path) => awaited(path) !== null)).toEqual([]);
  });

  it('is none of what is deleted by today', () => {
    const deletedBy = ['rawDays', 'normalisedDays', 'auditDays', 'receiptDays'];
    expect(deletedBy.filter((name) => awaited(`retention.${name}`) !== null)).toEqual([]);
  });
});

describe('what is published from it', () => {
  it.each(published().map(({ file, text }) => ({ name: basename(file), file, text })))(
    '$name is current (else: npm run playbooks:generate)',
    ({ file, text }) => {
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  const validate = new Ajv2020({ strict: false, allErrors: true }).compile(fileSchema());
  const names = readdirSync(root).filter((name) => existsSync(join(root, name, 'playbook.yaml')));

  it.each(names)('an editor finds nothing wrong with %s', (name) => {
    validate(parse(readFileSync(join(root, name, 'playbook.yaml'), 'utf8')));
    expect(validate.errors).toBeNull();
  });

  it('an editor refuses an unknown field, a number out of bounds, and the same in an override', () => {
    expect(validate({ name: 'x', gates: { reviewBelow: 1.5 } })).toBe(false);
    expect(validate({ name: 'x', gats: {} })).toBe(false);
    expect(validate({ name: 'x', overrides: { brand: { acme: { gates: { reviewBelow: 2 } } } } })).toBe(false);
    expect(validate({ name: 'x', overrides: { brand: { acme: { gates: { reviewBelow: 0.9 } } } } })).toBe(true);
  });
});
