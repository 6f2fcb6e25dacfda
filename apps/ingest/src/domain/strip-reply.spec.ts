import { describe, expect, it } from 'vitest';
import { stripReply } from './strip-reply.ts';

const SAID = 'We would take forty seats.\nFrom March, please.';
const stripped = (...lines: readonly string[]): string => stripReply(lines.join('\n')).text;

describe('what was said before goes, however a program announces it', () => {
  it.each([
    ['Gmail, English', 'On Mon, Jan 5, 2026 at 9:00 AM Ann Lee <ann@example.com> wrote:'],
    ['Apple Mail, English', 'On 5 Jan 2026, at 09:00, Ann Lee <ann@example.com> wrote:'],
    ['Gmail, broken in two', 'On Mon, Jan 5, 2026 at 9:00 AM Ann Lee <\nann@example.com> wrote:'],
    ['Gmail, German', 'Am Mo., 5. Jan. 2026 um 09:00 Uhr schrieb Jörg Groß <joerg@example.de>:'],
    ['Thunderbird, German', 'Am 05.01.26 um 09:00 schrieb Jörg Groß:'],
    ['Apple Mail, German', 'Am 05.01.2026 um 09:00 schrieb Jörg Groß <joerg@example.de>:'],
    ['Gmail, French', 'Le lun. 5 janv. 2026 à 09:00, Zoé Petit <zoe@example.fr> a écrit :'],
    ['Thunderbird, French', 'Le 05/01/2026 à 09:00, Zoé Petit a écrit :'],
    ['Gmail, Japanese', '2026年1月5日(月) 9:00 山田太郎 <taro@example.jp>:'],
    ['Apple Mail, Japanese', '2026/01/05 9:00、山田太郎 <taro@example.jp>のメール:'],
    ['Gmail, Spanish', 'El lun, 5 ene 2026 a las 9:00, Eva Gil (<eva@example.es>) escribió:'],
    ['Gmail, Italian', 'Il giorno lun 5 gen 2026 alle ore 09:00 Ugo Neri <ugo@example.it> ha scritto:'],
    ['Gmail, Dutch', 'Op ma 5 jan 2026 om 09:00 schreef Jan Smit <jan@example.nl>:'],
    ['Gmail, Polish', 'pon., 5 sty 2026 o 09:00 Ewa Lis <ewa@example.pl> napisał(a):'],
    ['Gmail, Chinese', '张伟 <wei@example.cn> 于2026年1月5日周一 09:00写道：'],
    ['a language nobody listed', 'E Hënë, 5 janar 2026 09:00 nga Arta:'],
    ['a name and a verb', 'Ann Lee wrote:'],
  ])('%s', (_, announced) => {
    expect(stripped(SAID, '', announced, '> What would you take?', '>', '> Ann')).toBe(SAID);
  });

  it.each([
    [
      'English',
      'From: Ann Lee <ann@example.com>\nSent: Monday, January 5, 2026 9:00 AM\nTo: Bo Ek <bo@example.com>\nSubject: Seats',
    ],
    [
      'German',
      'Von: Jörg Groß <joerg@example.de>\nGesendet: Montag, 5. Januar 2026 09:00\nAn: Bo Ek <bo@example.com>\nBetreff: Plätze',
    ],
    [
      'French',
      'De : Zoé Petit <zoe@example.fr>\nEnvoyé : lundi 5 janvier 2026 09:00\nÀ : Bo Ek <bo@example.com>\nObjet : Places',
    ],
    [
      'Japanese',
      '差出人: 山田太郎 <taro@example.jp>\n送信日時: 2026年1月5日 9:00\n宛先: Bo Ek <bo@example.com>\n件名: 席',
    ],
    [
      'bold, as Outlook makes it',
      '*From:* Ann Lee <ann@example.com>\n*Sent:* Monday, January 5, 2026 9:00 AM\n*To:* Bo Ek\n*Subject:* Seats',
    ],
    [
      'with a rule above',
      '________________________________\nFrom: Ann Lee <ann@example.com>\nSent: Monday, January 5, 2026 9:00 AM\nTo: Bo Ek\nSubject: Seats',
    ],
    ['with a separator', '-----Original Message-----\nFrom: Ann Lee\nSent: Monday'],
  ])("Outlook's headers: %s", (_, headers) => {
    expect(stripped(SAID, '', headers, '', 'What would you take?', '', 'Ann')).toBe(SAID);
  });

  it('an answer below what it answers stays, and what stands above goes', () => {
    expect(stripped('On 5 Jan 2026, Ann Lee wrote:', '> What would you take?', '', SAID)).toBe(SAID);
  });

  it("an answer below Outlook's headers and a marked text stays", () => {
    expect(
      stripped(
        '----- Original Message -----',
        'From: "Ann" <ann@example.com>',
        'To: <bo@example.com>',
        '',
        '> What would you take?',
        '',
        SAID,
      ),
    ).toBe(SAID);
  });

  it('answers between the lines stay', () => {
    expect(stripped('On 5 Jan 2026, Ann wrote:', '> How many?', 'Forty.', '', '> From when?', 'March.')).toBe(
      'Forty.\n\nMarch.',
    );
  });

  it('a mail with older mails in it loses them all', () => {
    expect(
      stripped(
        SAID,
        '',
        'Am 06.01.26 um 09:00 schrieb Jörg:',
        '> Gern.',
        '>',
        '> On 5 Jan 2026, Ann wrote:',
        '>> How many?',
        '>>> Le 4 janv. 2026, Zoé a écrit :',
      ),
    ).toBe(SAID);
  });

  it('a quoted line that a program broke in two goes whole', () => {
    expect(stripped(SAID, '', `> ${'word '.repeat(14).trim()}`, 'tail', '> and more')).toBe(SAID);
  });

  it.each([
    ['initials', 'AL> How many?\nAL> From when?'],
    ['a name', 'Ann> How many?\nAnn> From when?'],
    ['a sign of their own', '# How many?\n# From when?'],
    ['a bar', '| How many?\n| From when?'],
  ])('marks of the sender’s own: %s', (_, quoted) => {
    expect(stripped('On 5 Jan 2026, Ann wrote:', quoted, '', SAID)).toBe(SAID);
  });
});

describe('what only looks like a quote stays', () => {
  it.each([
    ['a sentence about writing', 'On Monday Ann wrote that she needs forty seats.\nI agree.'],
    ['a form that was filled in', 'Name: Ann Lee\nEmail: ann@example.com\nFrom: Hamburg\nMessage: We need seats.'],
    ['fewer than three headers', 'From: Hamburg\nTo: Berlin\n\nHow much would that be?'],
    ['a date and a colon', 'We could meet at these times, 2026-01-05:\n- nine\n- ten'],
    ['a comparison', 'The load is > 100 and the price < 200.'],
    ['one prompt', 'Ann> is what the console shows.\nWhat now?'],
    ['a list below an announcement', 'As Ann wrote on the phone:\n- forty seats\n- from March'],
  ])('%s', (_, text) => {
    expect(stripReply(text)).toEqual({ text, removed: [] });
  });
});

describe('what is forwarded is what is sent', () => {
  const forwarded = [
    '---------- Forwarded message ---------',
    'From: Ann Lee <ann@example.com>',
    'Date: Mon, 5 Jan 2026',
    'Subject: Seats',
    'To: Bo',
    '',
    'Forty seats?',
  ];

  it('stays below what the forwarder says', () => {
    expect(stripped('Please answer her.', '', ...forwarded)).toBe(['Please answer her.', '', ...forwarded].join('\n'));
  });

  it('stays with all that was forwarded before', () => {
    const nested = [...forwarded, '', ...forwarded].join('\n');
    expect(stripReply(nested).text).toBe(nested);
  });

  it("stays where only the subject tells, as with Outlook's", () => {
    const text = 'Please answer her.\n\nVon: Ann\nGesendet: Montag\nAn: Bo\nBetreff: Plätze\n\nVierzig Plätze?';
    expect(stripReply(text, { isForward: true }).text).toBe(text);
    expect(stripReply(text).text).toBe('Please answer her.');
  });

  it('goes where it is only part of what is answered', () => {
    expect(stripped(SAID, '', 'On 5 Jan 2026, Ann wrote:', '', ...forwarded)).toBe(SAID);
  });
});

describe('a signature goes', () => {
  it.each([
    ['the standard one', '-- \nBo Ek\nBuyer\n+46 8 123 456'],
    ['after a closing', 'Best regards,\nBo Ek\nBuyer'],
    ['after a closing, German', 'Mit freundlichen Grüßen\nBo Ek\nEinkauf'],
    ['after a closing, French', 'Bien cordialement,\nBo Ek'],
    ['of a phone', 'Sent from my iPhone'],
    ['of a phone, German', 'Von meinem iPhone gesendet'],
    ['of a phone, French', 'Envoyé de mon iPhone'],
    ['of a phone, Spanish', 'Enviado desde mi iPhone'],
    ['of a phone, Japanese', 'iPhoneから送信'],
    ['of an app, with a link', 'Get Outlook for iOS<https://aka.ms/o0ukef>'],
    ['a long dash and a name', '—\nBo Ek\nBuyer'],
  ])('%s', (_, signature) => {
    const { text, removed } = stripReply(`${SAID}\n\n${signature}`);
    expect(text).toBe(SAID);
    expect(removed).toEqual([{ kind: 'signature', start: SAID.length + 2, end: SAID.length + 2 + signature.length }]);
  });

  it('above a quote as well as below it', () => {
    expect(
      stripped(SAID, '', 'Sent from my iPhone', '', 'On 5 Jan 2026, Ann wrote:', '> How many?', '-- ', 'Bo Ek'),
    ).toBe(SAID);
  });

  it.each([
    ['a closing and nothing below', `${SAID}\n\nThanks`],
    ['a closing above what is said', 'Thanks\n\nCould you call us back about the forty seats?'],
    ['a postscript', `${SAID}\n\nCheers\nBo\n\nPS: and two more`],
    ['a remark in small letters', 'thanks\nplease call us about the seats\nBo'],
    ['a rule above a form', 'New inquiry\n____\nName: Bo\nCompany: Ek AB'],
    ['a sentence about phones', 'The mail was sent from my iPhone app, is that a problem?'],
    ['a rule in the text', 'Prices\n----\n1. forty\n2. fifty'],
  ])('but not %s', (_, text) => {
    expect(stripReply(text)).toEqual({ text, removed: [] });
  });
});

describe('a footer goes', () => {
  it.each([
    [
      'of a list',
      '_______________________________________________\nUsers mailing list\nhttps://lists.example.com/mailman/listinfo/users',
    ],
    [
      'of a lawyer',
      'This e-mail is confidential and intended only for the addressee.\nIf you are not the addressee, delete it.',
    ],
    ['of a lawyer, German', 'Diese E-Mail enthält vertrauliche Informationen.'],
    ['how to leave', 'You received this message because you subscribed to the group.\nTo unsubscribe send a mail.'],
  ])('%s', (_, footer) => {
    const { text, removed } = stripReply(`${SAID}\n\n${footer}`);
    expect(text).toBe(SAID);
    expect(removed.map(({ kind }) => kind)).toEqual(['footer']);
  });

  it('below a signature, each by its kind', () => {
    expect(
      stripReply(`${SAID}\n\nRegards\nBo Ek\n\nThis e-mail is confidential.`).removed.map(({ kind }) => kind),
    ).toEqual(['signature', 'footer']);
  });

  it('the banner of a gateway goes from the top', () => {
    expect(stripped('[CAUTION: this mail came from outside your organisation]', '', SAID)).toBe(SAID);
  });

  it('a rule above what somebody says is no footer, though one follows', () => {
    const said = `${SAID}\n-----\nWould you also send us the price list for next year?`;
    expect(stripped(said, '', '_____', 'http://lists.example.com/listinfo/users')).toBe(said);
  });
});

describe('what is left', () => {
  it('is the whole mail where it is nothing but a quote', () => {
    expect(stripReply('> How many?\n> Ann\n')).toEqual({ text: '> How many?\n> Ann', removed: [] });
  });

  it('is all below an unmarked announcement at the top, for nobody can say who speaks', () => {
    expect(stripped('On 5 Jan 2026, Ann wrote:', 'How many?', '', 'Forty.')).toBe('How many?\n\nForty.');
  });

  it('and what was removed are the mail', () => {
    const text = `${SAID}\n\nOn 5 Jan 2026, Ann wrote:\n> How many?\n\n-- \nBo`;
    const { removed } = stripReply(text);
    expect(removed.map(({ kind, start, end }) => [kind, text.slice(start, end)])).toEqual([
      ['quote', 'On 5 Jan 2026, Ann wrote:\n> How many?\n'],
      ['signature', '-- \nBo'],
    ]);
  });

  it.each([
    ['rules and footers', '-----\n/listinfo/ a@b.c\n'],
    ['announcements', 'On 5 Jan 2026, Ann wrote:\n'],
    ['headers', 'From: a\nDate: b\nTo: c\n'],
    ['marks', 'A> b\nOn 1, C wrote:\n# d\n'],
    ['dashes', '--\n'],
    ['blank lines', '\n'],
    ['one long line', 'schrieb a@'],
    ['closings', 'Thanks\nBo\n'],
  ])('comes to an end, within the runner’s time, whatever is sent: %s', (_, piece) => {
    expect(() => stripReply(piece.repeat(Math.ceil(50_000 / piece.length)))).not.toThrow();
  });
});
