import { z } from 'zod';

const textId = z.union([z.string(), z.number()]).transform(String);
const oneOrTwo = z.union([z.literal(1), z.literal(2), z.literal('1'), z.literal('2')]).transform(String);

/** ActiveCampaign ignores fields that it does not know. */
export const contactBody = z.object({
  contact: z.object({
    email: z.email(),
    firstName: z.string().optional(),
    lastName: z.string().optional(),
    phone: z.string().optional(),
    fieldValues: z.array(z.object({ field: textId, value: z.string() })).optional(),
  }),
});
export const tagBody = z.object({
  tag: z.object({
    tag: z.string().min(1).max(255),
    tagType: z.enum(['contact', 'template']),
    description: z.string().optional(),
  }),
});

/** `sourceid` 4 says that a person wants back onto a list, which they had left. */
const contactList = z.object({ list: textId, contact: textId, status: oneOrTwo, sourceid: textId.optional() });
const contactTag = z.object({ contact: textId, tag: textId });
const contactAutomation = z.object({ contact: textId, automation: textId });

const joining = z.union([
  z.object({ contactList }).transform((given) => ({ ...given.contactList, path: 'contactLists' as const })),
  z.object({ contactTag }).transform((given) => ({ ...given.contactTag, path: 'contactTags' as const })),
  z
    .object({ contactAutomation })
    .transform((given) => ({ ...given.contactAutomation, path: 'contactAutomations' as const })),
]);
export type Joining = z.output<typeof joining>;
export type JoiningPath = Joining['path'];

/** What somebody is put on or into; null where the body is none of `path`. */
export const joiningOf = (path: JoiningPath, body: unknown): Joining | null => {
  const given = joining.safeParse(body);
  return given.success && given.data.path === path ? given.data : null;
};
