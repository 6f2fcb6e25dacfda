import { convert, type HtmlToTextOptions } from 'html-to-text';

const MARKUP_CHARACTERS = 1_000_000;

/** Ways to hide text from who reads while a program still sees it, as `compactStyle` writes them. A size of 0.9em hides nothing. */
const HIDING = [
  'display:none',
  'visibility:hidden',
  'mso-hide:all',
  ...['font-size', 'opacity', 'max-height'].flatMap((property) =>
    ['0;', '0px;', '0pt;', '0em;', '0%;', '0!'].map((none) => `${property}:${none}`),
  ),
];

/** Hidden text would speak to a model but not to a reader; pixels track. Links keep their address. */
const OPTIONS: HtmlToTextOptions = {
  wordwrap: false,
  selectors: [
    ...['img', 'style', 'script', 'title', '[hidden]', ...HIDING.map((style) => `[style*="${style}" i]`)].map(
      (selector) => ({ selector, format: 'skip' }),
    ),
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
    { selector: 'blockquote', format: 'blockquote' },
    { selector: 'table', format: 'block' },
    { selector: 'tr', format: 'block' },
    ...['td', 'th'].map((selector) => ({ selector, format: 'inlineSurround', options: { prefix: '', suffix: ' ' } })),
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
  // Deeper than any mail nests, and not as deep as the stack.
  limits: { maxInputLength: MARKUP_CHARACTERS, maxDepth: 1_200, ellipsis: '' },
};

const STYLE = /\sstyle\s?=\s?(?:"[^"]{0,2000}"|'[^']{0,2000}')/giu;

/** A style attribute without the space that selectors would stumble over, each property closed. */
const compactStyle = (attribute: string): string => {
  const value = attribute.slice(attribute.search(/["']/) + 1, -1);
  return ` style="${value.replaceAll(/\s*([:;!])\s*/g, '$1').replaceAll('"', "'")};"`;
};

/** Space that shows as one space; the converter takes long over runs of it. */
const LONG_SPACE = /\s{32,}/gu;

/** What a reader of the markup would read, as plain text. */
export const htmlToText = (html: string): string =>
  convert(
    html
      .slice(0, MARKUP_CHARACTERS)
      .replaceAll(LONG_SPACE, '\n')
      .replaceAll(STYLE, compactStyle)
      .slice(0, MARKUP_CHARACTERS),
    OPTIONS,
  )
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
