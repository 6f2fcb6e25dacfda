import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripReply } from '../adapters/strip-reply.ts';
import { filesIn } from './files-in.ts';
import type { Figure } from './measure-intake.ts';

const quoteLines = (text: string): number => text.split('\n').filter((line) => /^\s*>/.test(line)).length;
const HEADER = /^(On .{6,120} wrote:|Le .{6,120} a écrit\s?:|Am .{6,120} schrieb .*:|-----Original Message-----|_{20,})\s*$/m;

/** The fixtures name no expected results, so what is counted is what must not be left, and that something is. */
export const measureReplies = (folder: string): readonly Figure[] => {
  const texts = filesIn(join(folder, 'mail', 'replies')).map((path) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n'));
  const stripped = texts.map((text) => ({ text, kept: stripReply(text).text }));
  const quoted = stripped.filter(({ text }) => quoteLines(text) > 0);
  const headed = stripped.filter(({ text }) => HEADER.test(text));
  return [
    { what: 'replies: something is left to read', right: stripped.filter(({ kept }) => kept.trim() !== '').length, of: stripped.length },
    { what: 'replies with quoted lines: none is left', right: quoted.filter(({ kept }) => quoteLines(kept) === 0).length, of: quoted.length },
    { what: 'replies with a line that begins a quote: none is left', right: headed.filter(({ kept }) => !HEADER.test(kept)).length, of: headed.length },
  ];
};
