import type { Playbook } from '@sluice/policy';
import { z } from 'zod';
import type { FieldValue } from '../ports/inquiry-reader.port.ts';

export type Fields = Readonly<Record<string, FieldValue>>;
type Field = Playbook['extraction']['fields'][string];

const valueOf = ({ type, values }: Field): z.ZodType<FieldValue> => {
  switch (type) {
    case 'string':
      return values?.length ? z.enum(values) : z.string();
    case 'number':
      return z.number();
    case 'boolean':
      return z.boolean();
    case 'strings':
      return z.array(values?.length ? z.enum(values) : z.string());
  }
};

/**
 * The playbook's extraction fields that a model gives, as the schema of a model's answer. Every field is asked for and may be null: servers that
 * hold a model to a schema want all keys there, and what the text doesn't say must have a way of not being said.
 */
export const answerSchema = ({ fields, confidenceField }: Playbook['extraction']): z.ZodType<Fields> =>
  z.object(
    Object.fromEntries(
      Object.entries(fields)
        .filter(([, { from }]) => from === 'model')
        .map(([name, field]) => {
          const value = name === confidenceField && field.type === 'number' ? z.number().min(0).max(1) : valueOf(field);
          return [name, value.nullable().describe(field.describe)];
        }),
    ),
  );
