import { Scalar } from 'yaml';

/** How many characters of the source make the next character of the value, and whether they make one at all. */
type Step = { readonly take: number; readonly give: number };

const ESCAPE = /^\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/u;
const FOLD = /^[ \t]*\r?\n[ \t]*/u;

const singleQuoted = (rest: string): Step => (rest.startsWith("''") ? { take: 2, give: 1 } : { take: 1, give: 1 });

const doubleQuoted = (rest: string): Step => {
  const [escape] = ESCAPE.exec(rest) ?? [];
  return { take: escape?.length ?? 1, give: 1 };
};

const plain = (): Step => ({ take: 1, give: 1 });

const walk = (source: string, offset: number, stepOf: (rest: string) => Step): number => {
  let at = 0;
  for (let given = 0; given < offset && at < source.length;) {
    const [fold] = FOLD.exec(source.slice(at)) ?? [];
    const { take, give } = fold ? { take: fold.length, give: 1 } : stepOf(source.slice(at));
    at += take;
    given += give;
  }
  return at;
};

/** Lines of a block scalar begin after its indentation; a folded one has a space where the source has a line's end. */
const inBlock = (source: string, offset: number): number => {
  const head = source.indexOf('\n') + 1;
  const indent = /^[ \t]*/u.exec(source.slice(head))?.[0].length ?? 0;
  let at = head;
  for (const line of source.slice(head).split('\n')) {
    const length = Math.max(line.length - indent, 0);
    if (offset <= length) return at + indent + offset;
    offset -= length + 1;
    at += line.length + 1;
  }
  return at;
};

/** Where in the source of a scalar a character of its value stands; both counted from their beginnings. */
export const sourceOffset = (type: Scalar['type'], source: string, offset: number): number => {
  switch (type) {
    case Scalar.QUOTE_SINGLE:
      return 1 + walk(source.slice(1), offset, singleQuoted);
    case Scalar.QUOTE_DOUBLE:
      return 1 + walk(source.slice(1), offset, doubleQuoted);
    case Scalar.BLOCK_LITERAL:
    case Scalar.BLOCK_FOLDED:
      return inBlock(source, offset);
    default:
      return walk(source, offset, plain);
  }
};
