/** `npm run playbooks:generate`: writes the schema that editors read and the reference of all fields. */
import { writeFileSync } from 'node:fs';
import { published } from './published.ts';

for (const { file, text } of published()) writeFileSync(file, text);
