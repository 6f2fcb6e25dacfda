import EmailReplyParser from 'email-reply-parser';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { stripReply } from '../domain/strip-reply.ts';
import { hamLabels } from './ham-labels.ts';
import type { Figure } from './measure-intake.ts';
import { isExact, replyLabels } from './reply-labels.ts';

interface Reply {
  readonly name: string;
  readonly text: string;
  readonly label: string;
}

const baseline = new EmailReplyParser();
const HAM_KEY = 9;

/** Half of a corpus, by name: nobody looks at how these come out while rules are written. */
const isHeldOut = ({ name }: Reply): boolean =>
  (createHash('sha256').update(`held out ${name}`).digest()[0] ?? 0) % 2 === 1;

const fixturesOf = (folder: string, corpus: string): readonly Reply[] =>
  Object.entries(replyLabels[corpus] ?? {}).map(([name, label]) => ({
    name,
    label,
    text: readFileSync(join(folder, 'mail', 'replies', corpus, `${name}.txt`), 'utf8').replaceAll('\r\n', '\n'),
  }));

const answersOf = async (folder: string): Promise<readonly Reply[]> => {
  const labelled = readdirSync(join(folder, 'mail', 'ham'))
    .sort()
    .flatMap((file) => {
      const label = hamLabels[file.slice(0, HAM_KEY)];
      return label === undefined ? [] : [{ file, label }];
    });
  return Promise.all(
    labelled.map(async ({ file, label }) => {
      const { text = '' } = await PostalMime.parse(readFileSync(join(folder, 'mail', 'ham', file)));
      return { name: file, label, text: text.replaceAll('\r\n', '\n') };
    }),
  );
};

const exactly = (corpus: string, replies: readonly Reply[]): Figure => ({
  corpus,
  what: 'replies stripped exactly',
  of: replies.length,
  right: replies.filter(({ text, label }) => isExact(stripReply(text).text, label, text)).length,
  baseline: replies.filter(({ text, label }) => isExact(baseline.read(text).getVisibleText(), label, text)).length,
});

/** Exact stripping beside what email-reply-parser does by itself, on the texts that somebody labelled by hand. */
export const measureReplies = async (folder: string): Promise<readonly Figure[]> => {
  const corpora = Object.keys(replyLabels).filter((corpus) => existsSync(join(folder, 'mail', 'replies', corpus)));
  const answers = existsSync(join(folder, 'mail', 'ham')) ? await answersOf(folder) : [];
  return [
    ...corpora.map((corpus) => exactly(`${corpus} (all tuned on)`, fixturesOf(folder, corpus))),
    exactly(
      'answers in ham, half tuned on',
      answers.filter((reply) => !isHeldOut(reply)),
    ),
    exactly('answers in ham, half held out', answers.filter(isHeldOut)),
  ];
};
