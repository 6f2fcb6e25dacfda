/**
 * How people and mail programs say things, in the languages they write: facts about mail, as of 2026-11, not policy. Each phrase has a
 * case: a line in which it alone is what is recognised.
 */

/** Plain words, whose case is the table's sample of them; or a pattern, and a line that it is there for. */
export type Phrase = string | readonly [pattern: string, line: string];

export interface PhraseTable {
  readonly phrases: readonly Phrase[];
  /** A line with these words in it, as one sees it in mails. */
  readonly sample: (words: string) => string;
  /** What a line must be besides, for these alternatives to count. */
  readonly frame: (alternatives: string) => RegExp;
}

const table = (
  frame: PhraseTable['frame'],
  sample: PhraseTable['sample'],
  phrases: PhraseTable['phrases'],
): PhraseTable => ({ frame, sample, phrases });

const escaped = (words: string): string => words.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);

/** The pattern of one phrase. */
export const patternOf = (phrase: Phrase): string => (typeof phrase === 'string' ? escaped(phrase) : phrase[0]);

/** All phrases of a table as alternatives of one pattern. */
export const alternativesOf = ({ phrases }: Pick<PhraseTable, 'phrases'>): string => phrases.map(patternOf).join('|');

/** What recognises any phrase of a table. */
export const recognizer = (of: PhraseTable): RegExp => of.frame(alternativesOf(of));

const i = (source: string): RegExp => new RegExp(source, 'iu');

/** What programs set between an answer and the mail that it answers. */
export const originalMessage = table(
  (any) => i(`^[-_ ]{2,30}(?:${any})[-_ ]{0,30}$`),
  (words) => `-----${words}-----`,
  [
    'Original Message',
    'Original Appointment',
    'Reply Message',
    'Ursprüngliche Nachricht',
    'Originalnachricht',
    ["message d['’]origine", '-------- Message d’origine --------'],
    'Message original',
    'Oprindelig besked',
    'Oprindelig meddelelse',
    'Opprinnelig melding',
    'Ursprungligt meddelande',
    'Messaggio originale',
    'Mensaje original',
    'Mensagem original',
    'Oorspronkelijk bericht',
    'Alkuperäinen viesti',
    'Wiadomość oryginalna',
    'Oryginalna wiadomość',
    'Исходное сообщение',
    'Původní zpráva',
    '原始邮件',
    '元のメッセージ',
    '원본 메시지',
  ],
);

/** What programs set before a mail that somebody passes on. */
export const forwardedMessage = table(
  (any) => i(`^[-_*> ]{0,30}(?:${any})[-_:* ]{0,30}$`),
  (words) => `---------- ${words} ---------`,
  [
    'Begin forwarded message',
    'Begin forwarded text',
    'Forwarded message',
    ['forwarded by .{1,60}', '---------------------- Forwarded by Ann Lee/HOU/ECT on 05/01/2026'],
    'Weitergeleitete Nachricht',
    'Anfang der weitergeleiteten Nachricht',
    'Message transféré',
    'Message réexpédié',
    'Début du message transféré',
    'Début du message réexpédié',
    'Mensaje reenviado',
    'Inicio del mensaje reenviado',
    'Messaggio inoltrato',
    'Inizio messaggio inoltrato',
    'Mensagem encaminhada',
    'Mensagem reencaminhada',
    'Doorgestuurd bericht',
    'Begin doorgestuurd bericht',
    'Vidarebefordrat meddelande',
    'Vidarebefordrat brev',
    'Videresendt besked',
    'Videresendt melding',
    'Przekazana wiadomość',
    'Wiadomość przekazana',
    'Пересылаемое сообщение',
    '转发的邮件',
    '转发邮件',
    '転送されたメッセージ',
    '전달된 메시지',
  ],
);

const labels = (phrases: readonly Phrase[]): PhraseTable =>
  table(
    (any) => i(String.raw`^[*_|\s]{0,4}(?:${any})[*_\s]{0,3}[:：]`),
    (words) => `*${words}:* …`,
    phrases,
  );

/** What stands before a header's value where a program writes out the mail that is answered. */
export const headerLabels = {
  from: labels([
    'From',
    'Von',
    'De',
    'Da',
    'Van',
    'Fra',
    'Från',
    'Od',
    'Lähettäjä',
    'От',
    'Kimden',
    'Feladó',
    '发件人',
    '寄件者',
    '差出人',
    '보낸 사람',
    'Expéditeur',
    'Remitente',
    'Afzender',
    'Mittente',
  ]),
  date: labels([
    'Sent',
    'Date',
    'Gesendet',
    'Datum',
    'Envoyé',
    'Envoyé le',
    'Enviado',
    'Enviado el',
    'Enviada em',
    'Fecha',
    'Data',
    'Inviato',
    'Verzonden',
    'Dato',
    'Sendt',
    'Skickat',
    'Lähetetty',
    'Päivämäärä',
    'Wysłano',
    'Отправлено',
    'Дата',
    '发送时间',
    '日期',
    '送信日時',
    '날짜',
    '보낸 날짜',
    'Message du',
    'Gönderildi',
  ]),
  to: labels([
    'To',
    'An',
    'À',
    'A',
    'Para',
    'Aan',
    'Til',
    'Till',
    'Vastaanottaja',
    'Do',
    'Кому',
    '收件人',
    '宛先',
    '받는 사람',
    'Kime',
    'Destinataire',
  ]),
  subject: labels([
    'Subject',
    'Betreff',
    'Objet',
    'Sujet',
    'Asunto',
    'Oggetto',
    'Assunto',
    'Onderwerp',
    'Emne',
    'Ämne',
    'Aihe',
    'Temat',
    'Тема',
    '主题',
    '件名',
    '제목',
    'Konu',
  ]),
} as const;

/** That somebody wrote, at the end of a line that names who and when. */
export const wroteLast = table(
  (any) => i(String.raw`(?:^|[\s>"')）0-9]|\p{Script=Han}|\p{Script=Hiragana})(?:${any})\s?[:：]?$`),
  (words) => `Ann Lee <ann@example.com> ${words}:`,
  [
    'wrote',
    'writes',
    ['wrote on .{4,40}', 'Ann Lee wrote on 5 January 2026:'],
    'schrieb',
    'écrit',
    'escribió',
    'ha scritto',
    'scrive',
    'escreveu',
    'schreef',
    'skrev',
    'kirjoitti',
    'napisał',
    'napisała',
    'napisał(a)',
    'pisze',
    'написал',
    'написала',
    'написал(а)',
    'пишет',
    'пише',
    'napsal',
    'napsala',
    'napsal(a)',
    'írta',
    'yazdı',
    '写道',
    '寫道',
    '작성',
    'のメッセージ',
    'のメール',
    '書きました',
  ],
);

/** The same where who wrote stands behind it. */
export const wroteWithin = table(
  (any) => i(String.raw`\s(?:${any})\s.{1,200}[:：]$`),
  (words) => `Am 5. Januar 2026 ${words} Ann Lee:`,
  ['schrieb', 'schreef', 'skrev', 'pisze', 'napisał', 'написал'],
);

/** That somebody said something, right above what they said. */
export const saidLast = table(
  (any) => i(String.raw`(?:^|\s)(?:${any})\s?[:：]?$`),
  (words) => `Ann Lee ${words}:`,
  [
    'said',
    'says',
    'wrote',
    'writes',
    'write',
    'schrieb',
    'écrit',
    'skrev',
    'schreef',
    'escribió',
    'scrive',
    'scritto',
    'escreveu',
  ],
);

/** How a line begins that says when somebody wrote. */
export const dateOpener = table(
  (any) => i(`^(?:${any})`),
  (words) => `${words} Mon, 5 Jan 2026, Ann wrote:`,
  [
    'On',
    'Am',
    'Le',
    'El',
    'Il',
    'Em',
    'Op',
    'Den',
    'In data',
    'W dniu',
    'Dnia',
    'Dne',
    'På',
    '在',
    [String.raw`\d`, '2026-01-05 09:00, Ann wrote:'],
    [String.raw`\p{L}{2,9}[.,]?\s+\d`, 'Mon, 5 Jan 2026 Ann wrote:'],
  ],
);

/** What a program sets below a mail that was written on it. */
export const writtenOn = table(
  (any) => i(String.raw`^[*_ ]{0,3}(?:${any})(?:\s|$)`),
  (words) => `${words} iPhone`,
  [
    'Sent from',
    'Sent via',
    'Sent with',
    'Get Outlook for',
    'Gesendet von',
    'Gesendet mit',
    ['von meinem .{1,40} gesendet', 'Von meinem iPhone gesendet'],
    'Sendt fra',
    'Skickat från',
    'Envoyé depuis',
    'Envoyé de mon',
    'Envoyé à partir de',
    'Télécharger Outlook',
    'Obtenir Outlook',
    'Enviado desde',
    'Enviado do meu',
    'Enviado a partir',
    'Inviato da',
    'Verzonden vanaf',
    'Verstuurd vanaf',
    'Wysłane z',
    'Отправлено с',
    'Отправлено из',
    '发自我的',
    'iPhoneから送信',
  ],
);

/** How people take leave, on a line of its own. */
export const closing = table(
  (any) => i(String.raw`^(?:${any})[^\p{L}\p{N}?]{0,6}$`),
  (words) => `${words},`,
  [
    ['(?:with )?(?:(?:kind|kindest|best|warm|warmest|many) ?)?(?:regards|wishes)', 'With kind regards,'],
    'Best',
    'Cheers',
    ['sincerely(?: yours)?', 'Sincerely yours,'],
    ['yours (?:sincerely|faithfully|truly)', 'Yours faithfully,'],
    'Respectfully',
    ['(?:many )?thanks(?: again| in advance| and regards| & regards)?', 'Many thanks in advance!'],
    ['thank you(?: in advance)?', 'Thank you.'],
    'Rgds',
    ['mit (?:freundlichen|besten|herzlichen|lieben) gr(?:ü(?:ß|ss)en|u(?:ß|ss))', 'Mit freundlichen Grüßen'],
    ['(?:viele|beste|freundliche|liebe|herzliche|schöne) gr(?:ü(?:ß|ss)e|u(?:ß|ss))', 'Viele Grüße'],
    'MfG',
    'Hochachtungsvoll',
    ['(?:bien |très )?cordialement', 'Bien cordialement,'],
    ['(?:sincères )?salutations(?: distinguées)?', 'Sincères salutations'],
    'Bien à vous',
    ['bonne (?:journée|soirée)', 'Bonne journée,'],
    ['(?:un )?(?:cordial )?saludos?(?: cordiales)?', 'Un cordial saludo'],
    'Atentamente',
    ['(?:cordiali |distinti )?saluti', 'Cordiali saluti'],
    'Cordialmente',
    'Atenciosamente',
    ['(?:com os melhores )?cumprimentos', 'Com os melhores cumprimentos'],
    ['(?:met )?vriendelijke groet(?:en)?', 'Met vriendelijke groet'],
    ['groet(?:en|jes)?', 'Groetjes'],
    'Mvg',
    ['(?:med )?vänliga hälsningar', 'Med vänliga hälsningar'],
    'Mvh',
    ['(?:med )?venn?lig hilsen', 'Med vennlig hilsen'],
    'Pozdrawiam',
    'Z poważaniem',
    'С уважением',
  ],
);

/** The lawyer's word below a mail. */
export const legalNotice = table(
  (any) => i(`^[*_ ]{0,3}(?:${any})`),
  (words) => `${words}: this is for those named above.`,
  [
    [
      String.raw`(?:this|the) (?:e-?mail|message|communication|information|transmission)\b.{0,160}\b(?:confidential|privileged|intended (?:only|solely|for))`,
      'This e-mail and its attachments are confidential.',
    ],
    [String.raw`(?:e-?mail )?(?:confidentiality (?:notice|note)|disclaimer)\b`, 'Confidentiality Notice'],
    [String.raw`diese (?:e-?mail|nachricht)\b.{0,120}vertraulich`, 'Diese E-Mail ist vertraulich.'],
    [String.raw`ce (?:message|courriel|mail)\b.{0,160}confidentiel`, 'Ce message est confidentiel.'],
    [String.raw`est[ea] (?:mensaje|correo|mensagem)\b.{0,160}confidencia`, 'Este mensaje es confidencial.'],
    ['le informazioni contenute in', 'Le informazioni contenute in questo messaggio sono riservate.'],
    [String.raw`dit (?:bericht|e-?mail)\b.{0,160}vertrouwelijk`, 'Dit bericht is vertrouwelijk.'],
  ],
);

/** How a list or a sender of many mails says how to leave it. */
export const leavingAList = table(
  (any) => i(`^(?:${any})`),
  (words) => words,
  [
    [
      String.raw`to (?:unsubscribe|opt out|be removed) from (?:this|the|our)\b`,
      'To unsubscribe from this list, reply.',
    ],
    [
      'you (?:received|are receiving|have received|got) this (?:e-?mail|message|mail) because',
      'You are receiving this email because you subscribed.',
    ],
    ['(?:sie erhalten|du erhältst) diese (?:e-?mail|nachricht)', 'Sie erhalten diese E-Mail als Abonnent.'],
    ['(?:vous recevez|vous avez reçu) ce (?:message|courriel|mail|e-mail)', 'Vous recevez ce courriel.'],
    ['(?:has recibido|recibes|ha recibido) este (?:mensaje|correo)', 'Has recibido este correo.'],
  ],
);

/** Words in the lines below a list's rule that show them to be its footer. */
export const listFooter = table(i, (words) => `Example-users ${words}`, [
  'mailing list',
  'mailman',
  'listinfo',
  'unsubscribe',
  'abbestellen',
  'désabonner',
  'darse de baja',
]);

/** What a gateway writes above mail from outside, and a program above mail that it signed. */
export const banner = table(
  (any) => i(`^(?:${any})`),
  (words) => words,
  [
    [
      String.raw`[[*_ ]{0,3}(?:caution|warning|external|achtung|attention|extern)\b.{0,60}\b(?:outside|external|extern|außerhalb|externe|l'extérieur)\b`,
      '[CAUTION: this mail is from outside of the company]',
    ],
    ['-----BEGIN PGP SIGNED MESSAGE-----$', '-----BEGIN PGP SIGNED MESSAGE-----'],
  ],
);

/** Fields of a form that somebody filled in: a message, and no signature. */
export const formLabels = table(
  (any) => i(String.raw`^[*_ ]{0,3}(?:${any})[*_ ]{0,3}\s?[:：]`),
  (words) => `${words}: …`,
  [
    ['(?:(?:first |last |full |your )?name)', 'First name: Ada'],
    'Vorname',
    'Nachname',
    'Prénom',
    'Nom',
    'Nombre',
    'Nome',
    'Company',
    'Firma',
    'Société',
    'Empresa',
    'Message',
    'Nachricht',
    'Mensaje',
    'Messaggio',
  ],
);

/** How the subject of an automatic answer begins. */
export const automaticSubject = table(
  (any) => i(String.raw`^(?:re: )?\s*(?:${any})`),
  (words) => `${words}: Seats`,
  [
    [String.raw`auto(?:matic|matische|-)?\s?(?:reply|response|antwort)`, 'Automatic reply: Seats'],
    ['out of (?:the )?office', 'Out of office: Seats'],
    'Abwesen',
    'Réponse automatique',
    'Respuesta automática',
  ],
);

/** What programs set before the subject of an answer or of what is passed on. */
export const subjectPrefix = table(
  (any) => i(String.raw`^(?:${any})(?:\[\d+\])?\s*:`),
  (words) => `${words}[2]: Seats`,
  ['Re', 'Fw', 'Fwd', 'Aw', 'Wg', 'Antw', 'Tr', 'Sv', 'Vs', 'Rv', 'Odp', 'Ynt'],
);

/** The same where it says that a mail is passed on, behind the tag of a list. */
export const forwardPrefix = table(
  (any) => i(String.raw`^\s*(?:\[[^\]]{1,40}\]\s*)?(?:${any})\s*:`),
  (words) => `[ext] ${words}: Seats`,
  ['Fw', 'Fwd', 'Wg', 'Tr', 'I', 'Rv', 'Enc', 'Doorst', 'Vs', 'Vl', 'Pd'],
);

/** Every table, by what it is of. */
export const phraseTables: Readonly<Record<string, PhraseTable>> = {
  originalMessage,
  forwardedMessage,
  ...Object.fromEntries(Object.entries(headerLabels).map(([role, of]) => [`headerLabels.${role}`, of])),
  wroteLast,
  wroteWithin,
  saidLast,
  dateOpener,
  writtenOn,
  closing,
  legalNotice,
  leavingAList,
  listFooter,
  banner,
  formLabels,
  automaticSubject,
  subjectPrefix,
  forwardPrefix,
};
