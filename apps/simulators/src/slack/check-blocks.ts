/** What Slack's Block Kit accepts, as far as a notifier uses it. Lengths are UTF-16 units, the strictest reading of "characters". */
const MOST_BLOCKS = 50;
const LONGEST_HEADER = 150;
const LONGEST_TEXT = 3_000;
const LONGEST_FIELD = 2_000;
const MOST_ITEMS = 10;
/** Not documented; what reports of msg_blocks_too_long agree on. */
const LONGEST_OF_ALL = 12_000;

type Given = Readonly<Record<string, unknown>>;

const objectOf = (value: unknown): Given => (typeof value === 'object' && value !== null ? (value as Given) : {});

const aText = (value: unknown, at: string, { types, longest }: { types: readonly string[]; longest: number }) => {
  const { type, text } = objectOf(value);
  if (typeof type !== 'string' || !types.includes(type)) return [`unsupported type [json-pointer:${at}/type]`];
  if (typeof text !== 'string' || text === '') return [`must be more than 0 characters [json-pointer:${at}/text]`];
  return text.length > longest ? [`must be less than ${longest + 1} characters [json-pointer:${at}/text]`] : [];
};

const aList = (value: unknown, at: string, itemAt: (item: unknown, at: string) => readonly string[]) => {
  if (!Array.isArray(value) || value.length === 0) return [`no fewer than 1 items [json-pointer:${at}]`];
  if (value.length > MOST_ITEMS) return [`no more than ${MOST_ITEMS} items allowed [json-pointer:${at}]`];
  return value.flatMap((item, index) => itemAt(item, `${at}/${index}`));
};

const BOTH = ['plain_text', 'mrkdwn'];

const aSection = ({ text, fields }: Given, at: string): readonly string[] => {
  if (text === undefined && fields === undefined) return [`missing required field: text [json-pointer:${at}]`];
  return [
    ...(text === undefined ? [] : aText(text, `${at}/text`, { types: BOTH, longest: LONGEST_TEXT })),
    ...(fields === undefined
      ? []
      : aList(fields, `${at}/fields`, (field, of) => aText(field, of, { types: BOTH, longest: LONGEST_FIELD }))),
  ];
};

const LONGEST_LABEL = 75;
const LONGEST_VALUE = 2_000;

const aButton = (value: unknown, at: string): readonly string[] => {
  const { type, action_id: id, value: carried, text } = objectOf(value);
  if (type !== 'button') return [`unsupported type: ${String(type)} [json-pointer:${at}/type]`];
  return [
    ...aText(text, `${at}/text`, { types: ['plain_text'], longest: LONGEST_LABEL }),
    ...(typeof id === 'string' && id.length <= 255 ? [] : [`missing required field: action_id [json-pointer:${at}]`]),
    ...(typeof carried === 'string' && carried.length > LONGEST_VALUE
      ? [`must be shorter [json-pointer:${at}/value]`]
      : []),
  ];
};

const aBlock = (value: unknown, at: string): readonly string[] => {
  const block = objectOf(value);
  switch (block['type']) {
    case 'divider':
      return [];
    case 'header':
      return aText(block['text'], `${at}/text`, { types: ['plain_text'], longest: LONGEST_HEADER });
    case 'section':
      return aSection(block, at);
    case 'actions':
      return aList(block['elements'], `${at}/elements`, aButton);
    case 'context':
      return aList(block['elements'], `${at}/elements`, (element, of) =>
        aText(element, of, { types: BOTH, longest: LONGEST_TEXT }),
      );
    default:
      return [`unsupported type: ${String(block['type'])} [json-pointer:${at}/type]`];
  }
};

const textsIn = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).reduce(
        (sum, [name, of]) => sum + (name === 'text' && typeof of === 'string' ? of.length : textsIn(of)),
        0,
      )
    : 0;

/** The error with which Slack refuses these blocks, and where; null when it takes them. */
export const blocksRefusal = (
  blocks: unknown,
): { readonly error: string; readonly messages: readonly string[] } | null => {
  if (!Array.isArray(blocks)) return { error: 'invalid_blocks_format', messages: [] };
  const messages =
    blocks.length > MOST_BLOCKS
      ? [`no more than ${MOST_BLOCKS} items allowed [json-pointer:/blocks]`]
      : blocks.flatMap((block, index) => aBlock(block, `/blocks/${index}`));
  if (messages.length > 0) return { error: 'invalid_blocks', messages: messages.map((one) => `[ERROR] ${one}`) };
  return textsIn(blocks) > LONGEST_OF_ALL ? { error: 'msg_blocks_too_long', messages: [] } : null;
};
