import { z } from 'zod';
import { onOneLine } from './fit-text.ts';
import { slackActions } from './read-click.ts';

const line = z.string().transform(onOneLine);
/** Null where it is missing, blank, or no text. */
const text = line.transform((value) => value || null).catch(null);
const moment = z.iso.datetime({ offset: true });
const value = z.union([line, z.number(), z.boolean()]);

/** Those of a list that fit; one that does not costs nobody the others. */
const listOf = <Item>(item: z.ZodType<Item>) =>
  z
    .unknown()
    .optional()
    .transform((given): readonly Item[] =>
      Array.isArray(given)
        ? given.flatMap((one: unknown) => {
            const read = item.safeParse(one);
            return read.success ? [read.data] : [];
          })
        : [],
    );

/** As a list of `{name, value}`, or as an object. */
const asList = (given: unknown): unknown =>
  typeof given === 'object' && given !== null && !Array.isArray(given)
    ? Object.entries(given).map(([name, of]) => ({ name, value: of as unknown }))
    : given;

/** What a `slack.message` shows. Everything may be missing: a notice with a gap is better than none. */
export const slackContent = z.object({
  category: text,
  priority: text,
  subject: text,
  summary: text,
  owner: text,
  queue: text,
  /** Facts worth a glance: company, seats, order number. */
  entities: z.preprocess(asList, listOf(z.object({ name: line, value }))),
  /** Since when somebody waits. */
  since: moment.nullable().catch(null),
  /** Promises and when they are due. */
  due: listOf(z.object({ clock: line, dueAt: moment })),
  /** What waits for a person's approval. */
  proposed: listOf(line),
  /** What a person may do about it, by buttons, and to which inquiry. */
  actions: listOf(z.enum(slackActions)),
  inquiryId: z.uuid().nullable().catch(null),
  /** Where to see the whole inquiry. */
  link: z
    .url({ protocol: /^https?$/ })
    .transform((address) => new URL(address).href)
    .nullable()
    .catch(null),
});
export type SlackContent = z.output<typeof slackContent>;
