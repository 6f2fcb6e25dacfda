import { bareMessageId, type SourceTerms } from '@sluice/policy';

type Template = SourceTerms['key'][number];

const partsOf = (template: Template): readonly string[] => template.split('+');

const partOf = (ids: Readonly<Record<string, string>>, part: string): string | null => {
  const id = ids[part]?.trim();
  if (!id) return null;
  return part === 'message_id' ? bareMessageId(id) : id;
};

/** The id of a source's event by the first template whose parts are all there; null when the content is its identity. */
export const sourceEventId = (templates: SourceTerms['key'], ids: Readonly<Record<string, string>>): string | null => {
  const found = templates
    .filter((template) => template !== 'hash')
    .map((template) => partsOf(template).map((part) => partOf(ids, part)));
  return found.find((parts) => parts.every((part) => part !== null))?.join('+') ?? null;
};
