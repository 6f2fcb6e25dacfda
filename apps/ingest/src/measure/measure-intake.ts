/** `npm run measure -- <folder>`: measures normalisation on real material. Prints a table; changes nothing. */
import { measureLists } from './measure-lists.ts';
import { measureMails } from './measure-mails.ts';
import { measureReplies } from './measure-replies.ts';

/** One line of the table: how many of how many. */
export interface Figure {
  readonly corpus: string;
  readonly what: string;
  readonly right: number;
  readonly of: number;
  /** How many a library gets right by itself, where one would do the same. */
  readonly baseline?: number;
}

const [folder] = process.argv.slice(2);
if (!folder)
  throw new Error(
    'npm run measure -- <folder>: a folder with mail/{mime,ham,spam,replies}, language/tweets.txt and companies/',
  );

const figures: readonly Figure[] = [
  ...(await measureMails(folder)),
  ...(await measureReplies(folder)),
  ...measureLists(folder),
];
const share = (right: number, of: number): string => `${((100 * right) / Math.max(1, of)).toFixed(1)} %`;

console.log('| corpus | what | right | of | share | by a library alone |\n|---|---|---|---|---|---|');
for (const { corpus, what, right, of, baseline } of figures) {
  const alone = baseline === undefined ? '–' : `${baseline} (${share(baseline, of)})`;
  console.log(`| ${corpus} | ${what} | ${right} | ${of} | ${share(right, of)} | ${alone} |`);
}
