import type { Liquid } from 'liquidjs';
import { htmlLiquid, plainLiquid } from './liquid.ts';
import type { TemplateValues } from './variables.ts';

/** A message as a playbook has it: Liquid templates. */
export interface MessageTemplate {
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** What must be filled before it may be sent. */
  readonly slots: readonly string[];
}

/** Ready to be sent, or what nobody filled. */
export type RenderedMessage =
  | { readonly kind: 'ready'; readonly subject: string; readonly text: string; readonly html: string | null }
  | { readonly kind: 'unfilled'; readonly slots: readonly string[] };

/** The variable that has no value, where that is why rendering failed: the library says it on the innermost error. */
const missingIn = (error: unknown): string | null => {
  if (!(error instanceof Error)) return null;
  if ('variableName' in error) return String(error.variableName);
  return 'originalError' in error ? missingIn(error.originalError) : null;
};

/** Renders, or gives the name of what has no value. @throws Error of a template that can't be rendered at all, which the playbook's check found before */
const render = (liquid: Liquid, template: string, values: TemplateValues): { text: string } | { missing: string } => {
  try {
    return { text: String(liquid.parseAndRenderSync(template, values)) };
  } catch (error) {
    const missing = missingIn(error);
    if (missing !== null) return { missing };
    throw error;
  }
};

/** A header has one line, whatever the values had. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const asHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const isFilled = (values: TemplateValues, slot: string): boolean =>
  Object.hasOwn(values, slot) && (values[slot as keyof TemplateValues] ?? '').trim() !== '';

/** Fills a template. The footer stands below, word for word. A message with a gap is never given. */
export const renderMessage = (
  { subject, text, html, slots }: MessageTemplate,
  { values, footer }: { readonly values: TemplateValues; readonly footer: string },
): RenderedMessage => {
  const open = slots.filter((slot) => !isFilled(values, slot));
  const parts = [
    render(plainLiquid, subject, values),
    render(plainLiquid, text, values),
    ...(html === null ? [] : [render(htmlLiquid, html, values)]),
  ];
  const unfilled = [...open, ...parts.flatMap((part) => ('missing' in part ? [part.missing] : []))];
  if (unfilled.length > 0) return { kind: 'unfilled', slots: [...new Set(unfilled)] };
  const [head = '', body = '', markup] = parts.map((part) => ('text' in part ? part.text : ''));
  return {
    kind: 'ready',
    subject: oneLine(head),
    text: [body.trim(), footer].filter(Boolean).join('\n\n'),
    html:
      markup === undefined ? null : [markup.trim(), footer && `<p>${asHtml(footer)}</p>`].filter(Boolean).join('\n'),
  };
};
