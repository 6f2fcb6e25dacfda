import { nextSaying, type MailLine } from './mail-lines.ts';

/** How mail programs announce what was said before, in the languages they speak. Facts about programs, as of 2026-11. */
const SEPARATOR =
  /^[-_ ]{2,30}(?:original message|original appointment|reply message|ursprüngliche nachricht|originalnachricht|message d['’]origine|message original|oprindelig (?:besked|meddelelse)|opprinnelig melding|ursprungligt meddelande|messaggio originale|mensaje original|mensagem original|oorspronkelijk bericht|alkuperäinen viesti|(?:wiadomość oryginalna|oryginalna wiadomość)|исходное сообщение|původní zpráva|原始邮件|元のメッセージ|원본 메시지)[-_ ]{0,30}$/iu;
const FORWARD =
  /^[-_*> ]{0,30}(?:begin forwarded (?:message|text)|forwarded (?:message|by .{1,60})|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|(?:début du )?message (?:transféré|réexpédié)|mensaje reenviado|inicio del mensaje reenviado|messaggio inoltrato|inizio messaggio inoltrato|mensagem (?:encaminhada|reencaminhada)|doorgestuurd bericht|begin doorgestuurd bericht|vidarebefordrat (?:meddelande|brev)|videresendt (?:besked|melding)|przekazana wiadomość|wiadomość przekazana|пересылаемое сообщение|转发的邮件|转发邮件|転送されたメッセージ|전달된 메시지)[-_:* ]{0,30}$/iu;
const RULE = /^[-_=*—]{3,}$/;

const LABELS = {
  from: 'from|von|de|da|van|fra|från|od|lähettäjä|от|kimden|feladó|发件人|寄件者|差出人|보낸 사람|expéditeur|remitente|afzender|mittente',
  date: 'sent|date|gesendet|datum|envoyé|envoyé le|enviado|enviado el|enviada em|fecha|data|inviato|verzonden|dato|sendt|skickat|lähetetty|päivämäärä|wysłano|отправлено|дата|发送时间|日期|送信日時|날짜|보낸 날짜|message du|gönderildi',
  to: 'to|an|à|a|para|aan|til|till|vastaanottaja|do|кому|收件人|宛先|받는 사람|kime|destinataire',
  subject: 'subject|betreff|objet|sujet|asunto|oggetto|assunto|onderwerp|emne|ämne|aihe|temat|тема|主题|件名|제목|konu',
} as const;
type Role = keyof typeof LABELS;
const ROLES = Object.keys(LABELS) as readonly Role[];
const LABEL: Readonly<Record<Role, RegExp>> = {
  from: labelOf('from'),
  date: labelOf('date'),
  to: labelOf('to'),
  subject: labelOf('subject'),
};

function labelOf(role: Role): RegExp {
  return new RegExp(`^[*_|\\s]{0,4}(?:${LABELS[role]})[*_\\s]{0,3}[:：]`, 'iu');
}

const roleOf = ({ text }: MailLine): Role | undefined => ROLES.find((role) => LABEL[role].test(text));

const BLOCK_LINES = 8;
const ROLES_OF_A_BLOCK = 3;

/** From, date, addressee, subject, one below the other. Fewer than three are a form that somebody filled in, not a mail that was answered. */
export const isHeaderBlock = (lines: readonly MailLine[], at: number): boolean => {
  const first = lines[at];
  const role = first && roleOf(first);
  if (role !== 'from' && role !== 'date') return false;
  const end = lines.slice(at, at + BLOCK_LINES).findIndex(({ blank }) => blank);
  const block = lines.slice(at, end === -1 ? at + BLOCK_LINES : at + end);
  const roles = new Set(block.map(roleOf));
  return roles.has('from') && ROLES.filter((one) => roles.has(one)).length >= ROLES_OF_A_BLOCK;
};

/** How many lines from `at` on name a mail whose text follows marked, so that what is below the marked text is said anew; 0 for none. */
export const headLines = (lines: readonly MailLine[], at: number): number => {
  const first = lines[at];
  if (!first || first.blank || first.quoted || !(isSeparator(first) || isHeaderBlock(lines, at))) return 0;
  const length = lines.slice(at, at + BLOCK_LINES + 2).findIndex(({ blank, quoted }) => blank || quoted);
  return length > 0 && lines[nextSaying(lines, at + length)]?.quoted === true ? length : 0;
};

export const isSeparator = ({ text }: MailLine): boolean => SEPARATOR.test(text);
export const isRule = ({ text }: MailLine): boolean => RULE.test(text);
export const isForwardMark = ({ text }: MailLine): boolean => FORWARD.test(text);

const VERB =
  'wrote|writes|schrieb|a écrit|écrit|escribió|ha scritto|scrive|escreveu|schreef|skrev|kirjoitti|napisał(?:\\(a\\)|a)?|pisze|написал(?:\\(а\\)|а)?|пишет|пише|napsal(?:\\(a\\)|a)?|írta|yazdı|写道|寫道|작성|のメッセージ|のメール|書きました|wrote on .{4,40}';
const VERB_LAST = new RegExp(`(?:^|[\\s>"')）0-9]|\\p{Script=Han}|\\p{Script=Hiragana})(?:${VERB})\\s?[:：]?$`, 'iu');
const VERB_WITHIN = /\s(?:schrieb|schreef|skrev|pisze|napisał|написал)\s.{1,200}[:：]$/iu;
const OPENER = /^(?:on|am|le|el|il|em|op|den|in data|il giorno|w dniu|dnia|dne|på|\d|在|\p{L}{2,9}[.,]?\s+\d)/iu;
const ADDRESS = /[^\s<>"]{1,64}@[^\s<>"]{1,200}/u;
const ADDRESS_LAST = /<[^<>\s]{1,64}@[^<>\s]{1,200}\s?>\s?[:：]$/u;
const ENDS_SO = /(?:[:：>\])]|-{2,}|\p{L})$/u;
const DIGIT = /\d/;

const isDated = (text: string): boolean => OPENER.test(text) && DIGIT.test(text);

/** A line, or a few in one, that says who wrote what follows, and when. */
const isAttribution = (text: string): boolean => {
  const said = text.replace(/^[-—* ]{1,12}/u, '').replace(/[-—* ]{1,12}$/u, '');
  if (ADDRESS_LAST.test(said)) return DIGIT.test(said);
  const dated = isDated(said);
  if (VERB_LAST.test(said)) return dated || ADDRESS.test(said);
  return dated && VERB_WITHIN.test(said);
};

const ATTRIBUTION_LINES = 4;

/** The lines of one paragraph up to `end`, the last few of them. */
const above = (lines: readonly MailLine[], end: number): readonly MailLine[] => {
  const near = lines.slice(Math.max(0, end - ATTRIBUTION_LINES + 1), end + 1);
  const gap = near.findLastIndex(({ blank, quoted }) => blank || quoted);
  return near.slice(gap + 1);
};

const joined = (lines: readonly MailLine[]): string => lines.map(({ text }) => text).join(' ');

/** Programs break long lines: what opens with a date further up belongs to it, unless a sentence ended there. */
const widened = (paragraph: readonly MailLine[], count: number): number => {
  const opener = paragraph
    .slice(0, paragraph.length - count)
    .findIndex(({ text }) => OPENER.test(text) && DIGIT.test(text) && !/[.!?]$/.test(text));
  return opener === -1 ? count : paragraph.length - opener;
};

const SAID =
  /(?:^|\s)(?:said|says|wrote|writes|write|schrieb|écrit|skrev|schreef|escribió|scrive|scritto|escreveu)\s?[:：]?$/iu;
const BRACKETED = /^\[[^[\]]{2,40}\]$/u;
const WORDS_OF_A_NAME = 8;

/** Right above marked text less is needed: a date, an address, or a name and a verb. A language not listed above has a date at least. */
const isAnnouncement = (text: string): boolean => {
  if (BRACKETED.test(text)) return true;
  if (SAID.test(text)) return isDated(text) || text.split(/\s+/u).length <= WORDS_OF_A_NAME;
  return /[:：]$/u.test(text) && (ADDRESS.test(text) || (DIGIT.test(text) && /\d{4}|\d[:.]\d{2}/.test(text)));
};

const beforeQuote = (lines: readonly MailLine[], end: number): boolean =>
  lines[nextSaying(lines, end + 1)]?.quoted === true;

/** How many lines, ending with the one at `end`, announce what follows; 0 for none. */
export const attributionLines = (lines: readonly MailLine[], end: number): number => {
  const last = lines[end];
  if (!last || last.blank || last.quoted || !ENDS_SO.test(last.text)) return 0;
  const paragraph = above(lines, end);
  const counts = paragraph.map((_, at) => at + 1);
  const count = counts.find((one) => isAttribution(joined(paragraph.slice(-one))));
  if (count !== undefined) return widened(paragraph, count);
  return beforeQuote(lines, end) && isAnnouncement(last.text) ? 1 : 0;
};

/** What some people set before each line instead of the usual mark. Not the marks of a list. */
const OWN_MARK = /^(?:[#|:%}~]{1,2}|[-=]{1,2}[\]|)])/u;

/** Lines below an announcement that share a mark of their sender's own are marked as well. */
export const withOwnMarks = (lines: readonly MailLine[]): readonly MailLine[] => {
  for (const [at, line] of lines.entries()) {
    if (line.blank || line.quoted || !(SAID.test(line.text) || attributionLines(lines, at) > 0)) continue;
    const from = nextSaying(lines, at + 1);
    const mark = OWN_MARK.exec(lines[from]?.text ?? '')?.[0];
    if (mark !== undefined)
      return lines.map((one, nth) => (nth >= from && one.text.startsWith(mark) ? { ...one, quoted: true } : one));
  }
  return lines;
};
