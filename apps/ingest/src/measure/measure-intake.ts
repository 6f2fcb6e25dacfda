/** `npm run measure -- <folder>`: measures normalisation on real material. Prints a table; changes nothing. */
import { measureLists } from './measure-lists.ts';
import { measureMails } from './measure-mails.ts';
import { measureReplies } from './measure-replies.ts';

/** One line of the table: how many of how many. */
export interface Figure {
  readonly what: string;
  readonly right: number;
  readonly of: number;
}

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('npm run measure -- <folder>: a folder with mail/{mime,ham,spam,replies}, language/tweets.txt and companies/');

const figures: readonly Figure[] = [...(await measureMails(folder)), ...measureReplies(folder), ...measureLists(folder)];
console.log('| what | right | of | share |\n|---|---|---|---|');
for (const { what, right, of } of figures) console.log(`| ${what} | ${right} | ${of} | ${((100 * right) / Math.max(1, of)).toFixed(1)} % |`);
