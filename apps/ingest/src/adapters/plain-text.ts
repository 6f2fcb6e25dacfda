import { convert, type HtmlToTextOptions } from 'html-to-text';

/** Hidden text would speak to a model but not to a reader; pixels track. Links keep their address. */
const OPTIONS: HtmlToTextOptions = {
  wordwrap: false,
  selectors: [
    { selector: 'img', format: 'skip' },
    { selector: 'style', format: 'skip' },
    { selector: '[hidden]', format: 'skip' },
    { selector: '[style*="display:none"]', format: 'skip' },
    { selector: '[style*="display: none"]', format: 'skip' },
    { selector: '[style*="font-size:0"]', format: 'skip' },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
    { selector: 'blockquote', format: 'blockquote' },
    { selector: 'table', format: 'block' },
  ],
  limits: { maxInputLength: 1_000_000 },
};

export const htmlToText = (html: string): string => convert(html, OPTIONS).trim();
