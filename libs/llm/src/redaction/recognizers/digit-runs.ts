/** Digits of one number as people write it: groups joined by a little white space or punctuation. */
export interface DigitRun {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly { readonly digits: string; readonly start: number; readonly end: number }[];
}

const GROUP = /\d+/g;
const JOINT = /^(?:[\s\u00a0.\-–—_/]|\s[-–—]\s|\s{2,3})$/u;

/** Runs of digit groups in a text. A joint of three characters is the widest that still joins. */
export const digitRuns = (text: string): readonly DigitRun[] => {
  const runs: { start: number; end: number; groups: { digits: string; start: number; end: number }[] }[] = [];
  for (const match of text.matchAll(GROUP)) {
    const group = { digits: match[0], start: match.index, end: match.index + match[0].length };
    const last = runs.at(-1);
    if (last && JOINT.test(text.slice(last.end, group.start))) {
      last.groups.push(group);
      last.end = group.end;
    } else {
      runs.push({ start: group.start, end: group.end, groups: [group] });
    }
  }
  return runs;
};

export const digitsOf = (text: string): string => text.replace(/\D/g, '');
