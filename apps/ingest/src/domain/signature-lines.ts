import type { MailLine } from './mail-lines.ts';
import {
  banner,
  closing,
  formLabels,
  leavingAList,
  legalNotice,
  listFooter,
  recognizer,
  writtenOn,
} from './mail-phrases.ts';

const DASHES = /^--$/;
/** Two dashes and a space, as the standard has it; without the space they may divide as well. */
const DELIMITER_CHARACTERS = 3;
const OTHER_DELIMITER = /^(?:-{2,4}|_{2,4}|\+{2,4}|={2,4}|[—–]{1,20}|_{5,80})$/u;
const LIST_RULE = /^[_-]{5,80}$/;
const LIST_FOOTER = recognizer(listFooter);
const LEAVING = recognizer(leavingAList);
const LIST_ADDRESS = /^<?https?:\/\/\S{1,200}(?:\/listinfo\/|unsubscribe)\S{0,400}$/iu;
const PGP = /^-----BEGIN PGP SIGNATURE-----$/;
const PROGRAM = recognizer(writtenOn);
const CLOSING = recognizer(closing);
const LEGAL = recognizer(legalNotice);
const BANNER = recognizer(banner);

const WORDS_OF_A_SENTENCE = 6;
const SIGNATURE_LINES = 12;
const CLOSED_LINES = 8;
const PROGRAM_CHARACTERS = 60;

const words = (text: string): number => text.split(/\s+/u).length;
const isSentence = ({ text }: MailLine): boolean =>
  text.includes('?') || (/[.!]$/.test(text) && words(text) >= WORDS_OF_A_SENTENCE);
const POSTSCRIPT = /^(?:p\.?\s?s\b|n\.?b\.)/iu;
const FORM = recognizer(formLabels);
const WORDS_OF_A_LINE = 12;
const WORDS_OF_A_REMARK = 4;

/** A line that goes on, or begins without a capital, is said to somebody; names and titles are not. */
const isRemark = ({ text }: MailLine): boolean =>
  words(text) > WORDS_OF_A_LINE ||
  (/^\p{Ll}/u.test(text) && words(text) >= WORDS_OF_A_REMARK && !/[\d@]|https?:|www\./u.test(text));
const isItem = ({ text }: MailLine): boolean => /^(?:[-*•]|\d{1,2}[.)])\s/u.test(text);

/** No part of a signature: a sentence, a list, a form that was filled in, a postscript, the lawyer's word. */
const isSaid = (line: MailLine): boolean =>
  [isSentence, isRemark, isItem].some((is) => is(line)) ||
  [FORM, POSTSCRIPT, LEGAL].some((shape) => shape.test(line.text));

/** Names, titles, numbers: short, and nothing said among them. */
const isShort = (rest: readonly MailLine[], most: number): boolean => rest.length <= most && !rest.some(isSaid);

/** "Sent from my phone", and not "sent from my desk, which is quieter". */
const isProgram = ({ text }: MailLine): boolean => {
  const plain = text.replace(/[<(\[]?https?:\S+/u, '').trim();
  return (
    plain.length <= PROGRAM_CHARACTERS &&
    PROGRAM.test(plain) &&
    !/[,;.!?]/.test(plain.slice(0, -1)) &&
    words(plain) <= WORDS_OF_A_SENTENCE + 3
  );
};

const SPONSOR = /sponsor/iu;
/** A rule above what somebody says divides their mail; the footer begins at a later one. */
const isProse = (line: MailLine | undefined): boolean =>
  line !== undefined &&
  ((isSentence(line) && words(line.text) >= WORDS_OF_A_SENTENCE) || isRemark(line)) &&
  !SPONSOR.test(line.text) &&
  !LIST_FOOTER.test(line.text);

interface Place {
  readonly line: MailLine;
  readonly rest: readonly MailLine[];
  readonly opensParagraph: boolean;
}

type Ending = 'signature' | 'footer';

const isSignature = ({ line, rest }: Place): boolean => {
  if (DASHES.test(line.text))
    return (
      rest.length > 0 &&
      (line.length === DELIMITER_CHARACTERS || rest.length <= SIGNATURE_LINES) &&
      !rest.some(({ text }) => FORM.test(text))
    );
  if (PGP.test(line.text)) return true;
  if (OTHER_DELIMITER.test(line.text)) return rest.length > 0 && isShort(rest, SIGNATURE_LINES);
  return isProgram(line) || (CLOSING.test(line.text) && rest.length > 0 && isShort(rest, CLOSED_LINES));
};

const isFooter = ({ line, rest, opensParagraph }: Place): boolean => {
  if (LIST_RULE.test(line.text))
    return (
      rest.length > 0 &&
      rest.length <= SIGNATURE_LINES &&
      !isProse(rest[0]) &&
      rest.some(({ text }) => LIST_FOOTER.test(text))
    );
  if (LIST_ADDRESS.test(line.text)) return rest.length === 0;
  return opensParagraph && (LEGAL.test(line.text) || (LEAVING.test(line.text) && rest.length <= SIGNATURE_LINES));
};

const endingAt = (place: Place): Ending | null => {
  if (isFooter(place)) return 'footer';
  return isSignature(place) ? 'signature' : null;
};

/** Where the end of a stretch of own lines begins that is no message any more. */
export const findEnding = (lines: readonly MailLine[]): { readonly at: number; readonly kind: Ending } | null => {
  const saying = lines.flatMap((line, at) => (line.blank ? [] : [{ line, at }]));
  for (const [nth, { line, at }] of saying.entries()) {
    const rest = saying.slice(nth + 1, nth + 2 + SIGNATURE_LINES).map((one) => one.line);
    const before = lines[at - 1];
    const kind = endingAt({
      line,
      rest,
      opensParagraph: before === undefined || before.blank || LIST_RULE.test(before.text),
    });
    if (kind) return { at, kind };
  }
  return null;
};

/** Lines at the top that a gateway put there: the paragraph of its warning. */
export const bannerLines = (lines: readonly MailLine[]): number => {
  const first = lines.findIndex(({ blank }) => !blank);
  if (first === -1 || first > 2 || !BANNER.test(lines[first]?.text ?? '')) return 0;
  const end = lines.slice(first, first + CLOSED_LINES).findIndex(({ blank }) => blank);
  return end === -1 ? 0 : first + end;
};
