import { bareMessageId, type SourceTerms } from '@sluice/policy';

type Template = SourceTerms['key'][number];
type Ids = Readonly<Record<string, string>>;

/** The id of a source's event. */
export interface SourceEventId {
  /** Null: the content is its identity. */
  readonly id: string | null;
  /** Which of the ids that were given make it. */
  readonly parts: readonly string[];
}

const partsOf = (template: Template): readonly string[] => template.split('+');

const valueOf = (ids: Ids, part: string): string => {
  const id = ids[part]?.trim() ?? '';
  return part === 'message_id' ? bareMessageId(id) : id;
};

/** The id by the first template whose parts are all there. */
export const sourceEventId = (templates: SourceTerms['key'], ids: Ids): SourceEventId => {
  const parts = templates
    .filter((template) => template !== 'hash')
    .map(partsOf)
    .find((wanted) => wanted.every((part) => valueOf(ids, part) !== ''));
  return parts ? { id: parts.map((part) => valueOf(ids, part)).join('+'), parts } : { id: null, parts: [] };
};
