import EmailReplyParser from 'email-reply-parser';
import type { Removed } from '../ports/inquiry-parser.port.ts';

export interface Stripped {
  readonly text: string;
  /** What was taken out, in UTF-16 units of the text that was given. */
  readonly removed: readonly Removed[];
}

const parser = new EmailReplyParser();

/** Takes quotes and signatures out of a plain-text mail. A mail that is nothing else stays whole: better noise than silence. */
export const stripReply = (text: string): Stripped => {
  const kept: string[] = [];
  const removed: Removed[] = [];
  let from = 0;
  for (const fragment of parser.read(text).getFragments()) {
    const content = fragment.getContent();
    const at = Math.max(text.indexOf(content.trimEnd(), from), from);
    const end = Math.min(at + content.length, text.length);
    from = end;
    if (!fragment.isHidden()) kept.push(content);
    else if (content.trim() !== '') removed.push({ kind: fragment.isSignature() ? 'signature' : 'quote', start: at, end });
  }
  const stripped = kept.join('\n').trim();
  return stripped === '' ? { text: text.trim(), removed: [] } : { text: stripped, removed };
};
