import { z } from 'zod';

const text = z
  .string()
  .nullish()
  .transform((value) => value?.trim() || null);
const entity = z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) });
const entities = z
  .union([
    z.array(entity),
    z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .transform((fields) =>
        Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [{ name, value }])),
      ),
  ])
  .nullish()
  .catch(null)
  .transform((value) => value ?? []);

/** What a `slack.message` shows. Everything may be missing: a notice with a gap is better than none. */
export const slackContent = z.object({
  category: text.catch(null),
  priority: text.catch(null),
  subject: text.catch(null),
  summary: text.catch(null),
  owner: text.catch(null),
  queue: text.catch(null),
  /** Facts worth a glance: company, seats, order number. */
  entities,
  /** Promises and when they are due. */
  due: z
    .array(z.object({ clock: z.string(), dueAt: z.iso.datetime() }))
    .nullish()
    .catch(null)
    .transform((value) => value ?? []),
  /** Where to see the whole inquiry. */
  link: z
    .url({ protocol: /^https?$/ })
    .nullish()
    .catch(null)
    .transform((value) => value ?? null),
});
export type SlackContent = z.output<typeof slackContent>;
