import { join } from 'node:path';
import { isSafetyKey } from '../resolve/safety-keys.ts';
import { fileSchema } from './file-schema.ts';
import { referencePage } from './reference-page.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');

/** What is written down from the schema, and where. */
export const published = (): readonly { readonly file: string; readonly text: string }[] => [
  { file: join(root, 'playbooks', 'playbook.schema.json'), text: `${JSON.stringify(fileSchema(), null, 1)}\n` },
  { file: join(root, 'docs', 'playbooks.md'), text: referencePage(isSafetyKey) },
];
