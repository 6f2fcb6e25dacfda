import { encode } from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { pageText } from './page-text.ts';

describe('a page as text', () => {
  it.each([
    {
      how: 'by its header',
      body: encode('<p>Grüße aus Köln</p>', 'windows-1252'),
      type: 'text/html; charset=windows-1252',
      gives: 'Grüße aus Köln',
    },
    {
      how: 'by its own word',
      body: encode('<meta charset="shift_jis"><p>こんにちは</p>', 'shift_jis'),
      type: 'text/html',
      gives: 'こんにちは',
    },
    { how: 'as UTF-8 when nobody says', body: Buffer.from('<p>Łódź</p>'), type: 'text/html', gives: 'Łódź' },
    {
      how: 'as UTF-8 when the charset is made up',
      body: Buffer.from('<p>Łódź</p>'),
      type: 'text/html; charset=x-nonsense',
      gives: 'Łódź',
    },
  ])('is decoded $how', ({ body, type, gives }) => {
    expect(pageText(body, type)).toBe(gives);
  });

  it("keeps words and drops links' addresses, images, scripts and navigation", () => {
    const html =
      '<nav>Menu</nav><a href="https://x.example/y">Our   offer</a><img src="a.png" alt="logo"><script>x()</script><p>One</p>\n\n<p>Two</p>';
    expect(pageText(Buffer.from(html), 'text/html')).toBe('Our offer\nOne\nTwo');
  });

  it('is none where it is no page', () => {
    expect(pageText(Buffer.from('%PDF'), 'application/pdf')).toBeNull();
  });

  it('survives a page that is nested without end', () => {
    expect(pageText(Buffer.from(`${'<div>'.repeat(50_000)}deep`), 'text/html')).not.toBeNull();
  });
});
