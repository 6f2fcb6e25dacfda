import type { Playbook } from '../playbook.ts';

/** The name under which an inquiry's gates and overrides are looked up: its intent where the playbook lists intents, else its category. */
export const intentKey = (
  { taxonomy }: Pick<Playbook, 'taxonomy'>,
  { intent, category }: { readonly intent: string | null; readonly category: string },
): string => (intent !== null && taxonomy.axes.intent?.values.includes(intent) ? intent : category);
