import { inquiryRaw } from '@sluice/contracts';
import { aRawInquiry } from '@sluice/contracts/testing';
import { describe, expect, it } from 'vitest';
import { createInquiryParser } from './mime-inquiry-parser.adapter.ts';

const parser = createInquiryParser({
  blobs: { put: async () => '', get: async () => null },
  contactSecret: 'a secret of the test',
});

interface Said {
  readonly text: string;
  readonly removed: readonly string[];
}

/** What a mail with one body says, and the kinds of what was taken out. */
const parsed = async (
  body: string,
  { type = 'html', subject = 'Re: Seats' }: { readonly type?: 'html' | 'plain'; readonly subject?: string } = {},
): Promise<Said> => {
  const mail = [
    `From: Bo Ek <bo@example.com>`,
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    `Content-Type: text/${type}; charset=utf-8`,
    '',
    body,
  ].join('\r\n');
  const raw = aRawInquiry();
  const found = await parser.parse(
    inquiryRaw.v1.parse({
      ...raw,
      content: { ...raw.content, mail: { at: 'inline', base64: Buffer.from(mail).toString('base64') } },
    }),
    { defaultRegion: 'SE', languageMinCharacters: 20 },
  );
  if (found.kind !== 'parsed') throw new Error(`the mail is ${found.reason}`);
  return { text: found.text, removed: found.removed.map(({ kind }) => kind) };
};

const SAID = 'Forty seats, from March.';

describe('a mail of markup alone', () => {
  it.each([
    [
      "Gmail's",
      `<div dir="ltr">${SAID}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, Jan 5, 2026 at 9:00 AM Ann Lee &lt;<a href="mailto:ann@example.com">ann@example.com</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex"><div>How many?</div></blockquote></div>`,
    ],
    [
      "Gmail's, German",
      `<div dir="ltr">${SAID}</div><div class="gmail_quote"><div class="gmail_attr">Am Mo., 5. Jan. 2026 um 09:00 Uhr schrieb Ann Lee &lt;<a href="mailto:ann@example.com">ann@example.com</a>&gt;:<br></div><blockquote class="gmail_quote">Wie viele?</blockquote></div>`,
    ],
    [
      "Outlook's",
      `<div class="WordSection1"><p class="MsoNormal">${SAID}</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> Ann Lee &lt;ann@example.com&gt;<br><b>Sent:</b> Monday, January 5, 2026 9:00 AM<br><b>To:</b> Bo Ek<br><b>Subject:</b> Seats</p></div><p class="MsoNormal">How many?</p></div>`,
    ],
    [
      "Outlook's on the web, German",
      `<div>${SAID}</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><font><b>Von:</b> Ann Lee &lt;ann@example.com&gt;<br><b>Gesendet:</b> Montag, 5. Januar 2026 09:00<br><b>An:</b> Bo Ek<br><b>Betreff:</b> Plätze</font></div><div>Wie viele?</div>`,
    ],
    [
      "Apple's",
      `<div>${SAID}</div><div><br><blockquote type="cite"><div>Le 5 janv. 2026 à 09:00, Zoé Petit &lt;zoe@example.fr&gt; a écrit :</div><br><div>Combien ?</div></blockquote></div>`,
    ],
    [
      "Thunderbird's",
      `<p>${SAID}</p><div class="moz-cite-prefix">Am 05.01.26 um 09:00 schrieb Ann Lee:<br></div><blockquote type="cite" cite="mid:a@example.com"><p>Wie viele?</p></blockquote>`,
    ],
    [
      "Yahoo's, whose quote has no mark",
      `<div>${SAID}</div><div id="yahoo_quoted_1"><div>On Monday, January 5, 2026 at 09:00:00 AM GMT+1, Ann Lee &lt;ann@example.com&gt; wrote: </div><div>How many?</div></div>`,
    ],
  ])('keeps what its sender said and not what they quote: %s', async (_, html) => {
    expect(await parsed(html)).toEqual({ text: SAID, removed: ['quote'] });
  });

  it('loses the signature of a phone above the quote', async () => {
    const html = `<div>${SAID}</div><div>Von meinem iPhone gesendet</div><div><br><blockquote type="cite">Am 05.01.2026 um 09:00 schrieb Ann Lee &lt;ann@example.com&gt;:<br><br>Wie viele?</blockquote></div>`;
    expect(await parsed(html)).toEqual({ text: SAID, removed: ['signature', 'quote'] });
  });
});

describe('a mail that is passed on', () => {
  const body =
    'Please take over.\r\n\r\nVon: Ann Lee <ann@example.com>\r\nGesendet: Montag, 5. Januar 2026 09:00\r\nAn: Bo Ek\r\nBetreff: Plätze\r\n\r\nVierzig Plätze, bitte.';

  it.each(['WG: Plätze', 'Fwd: Seats', 'TR: Places', '[ext] FW: Seats'])(
    'says what is passed on: %s',
    async (subject) => {
      expect((await parsed(body, { type: 'plain', subject })).text).toContain('Vierzig Plätze, bitte.');
    },
  );

  it.each(['AW: Plätze', 'Re: Seats', 'Fwdays: tickets'])('and does not where it answers: %s', async (subject) => {
    expect((await parsed(body, { type: 'plain', subject })).text).toBe('Please take over.');
  });
});

it('a mail of which only the id came is unreadable, with the reason that mends it', async () => {
  const raw = aRawInquiry();
  const named = inquiryRaw.v1.parse({
    ...raw,
    channel: 'mail',
    content: { ...raw.content, subject: null, text: null, mail: null },
  });
  expect(await parser.parse(named, { defaultRegion: 'SE', languageMinCharacters: 20 })).toMatchObject({
    kind: 'unreadable',
    reason: 'mail-not-here',
    detail: expect.stringContaining('under the same id') as string,
  });
});

describe('a mail that intake has read', () => {
  const raw = aRawInquiry();
  const mail = { at: 'inline', base64: Buffer.from('From: x@example.com\r\n\r\nOther words.').toString('base64') };
  const signs = {
    autoSubmitted: null,
    precedence: null,
    suppressesResponses: false,
    nullReturnPath: false,
    isReport: false,
    listHeaders: [],
    autoReplySubject: false,
  };
  const headers = { messageId: 'm@x', inReplyTo: ['a@x'], references: ['a@x'], signs };
  const options = { defaultRegion: 'SE', languageMinCharacters: 20 };
  const readAgain = (): never => {
    throw new Error('read again');
  };
  const once = createInquiryParser({
    blobs: { put: async () => '', get: async () => readAgain() },
    reader: { read: async () => readAgain() },
    contactSecret: 'a secret of the test',
  });
  const rawOf = (content: object) => inquiryRaw.v1.parse({ ...raw, content: { ...raw.content, ...content } });

  it('is not read again', async () => {
    const text = 'Forty seats.\n\n> How many?';
    expect(await once.parse(rawOf({ mail, headers, text }), options)).toMatchObject({
      ...headers,
      contact: { email: 'ada@example.com' },
      text: 'Forty seats.',
    });
    const blob = { at: 'blob', sha256: 'a'.repeat(64), bytes: 1 };
    expect(await once.parse(rawOf({ mail: blob, headers, text }), options)).toMatchObject({ text: 'Forty seats.' });
  });

  it('is read by the stage where intake could not, as a dead letter is that meets a newer reader', async () => {
    const found = await parser.parse(rawOf({ mail, text: null, subject: null }), options);
    expect(found).toMatchObject({ text: 'Other words.', contact: { email: 'x@example.com' } });
  });

  it('is unreadable when it says nothing at all', async () => {
    const silent = rawOf({ mail, headers, text: ' ', subject: null });
    expect(await once.parse(silent, options)).toMatchObject({ reason: 'nothing-said' });
  });
});
