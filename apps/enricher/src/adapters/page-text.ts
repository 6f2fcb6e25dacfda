import { convert } from 'html-to-text';
import { decode, encodingExists } from 'iconv-lite';

const READABLE = /^(?:text\/html|application\/xhtml\+xml|text\/plain)\b/i;

const charsetOf = (contentType: string, body: Buffer): string => {
  const declared =
    /charset\s*=\s*["']?([\w:.-]+)/i.exec(contentType)?.[1] ??
    /<meta[^>]{0,200}charset\s*=\s*["']?([\w:.-]+)/i.exec(body.subarray(0, 2048).toString('latin1'))?.[1];
  return declared && encodingExists(declared) ? declared : 'utf-8';
};

const HTML_OPTIONS = {
  wordwrap: false,
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    ...['img', 'nav', 'script', 'style', 'noscript', 'svg', 'iframe', 'template'].map((selector) => ({
      selector,
      format: 'skip',
    })),
  ],
  limits: { maxInputLength: 1_000_000, maxDepth: 100, maxChildNodes: 5_000 },
} as const;

/** What a page says, as plain text on one line per paragraph. Null when it is no page. */
export const pageText = (body: Buffer, contentType: string): string | null => {
  if (!READABLE.test(contentType)) return null;
  const text = decode(body, charsetOf(contentType, body));
  const plain = /^text\/plain/i.test(contentType)
    ? text
    : convert(text, { ...HTML_OPTIONS, selectors: [...HTML_OPTIONS.selectors] });
  return plain
    .replace(/[^\S\n]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
};
