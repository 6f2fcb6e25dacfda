import { pathToFileURL } from 'node:url';
import { examine, type Finding } from '../infra/examine.ts';
import { root } from './checkout.ts';

/** Prints what this machine has and lacks. False when something is missing. */
export const printFindings = (findings: readonly Finding[]): boolean => {
  for (const { what, found, mend } of findings) console.log(mend === null ? `  ✔ ${what}: ${found}` : `  ✘ ${what}: ${found}\n      ${mend}`);
  return findings.every(({ mend }) => mend === null);
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log('What Sluice needs of this machine:');
  process.exitCode = printFindings(await examine(root)) ? 0 : 1;
}
