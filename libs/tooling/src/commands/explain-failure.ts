import { NotThereError } from '../process/wait-while-moving.ts';
import { tailOf } from './log-tail.ts';

const causes = (error: unknown): readonly string[] =>
  error instanceof Error ? [error.message, ...causes(error.cause)] : [];

const NEXT = [
  '\n  What is up stays up: mend it and type `npm start` again, and it goes on from here; `npm stop` ends everything.',
  '  `npm run doctor` says what this machine lacks.',
];

/** What went wrong, the end of the log that tells why, and, where something was begun, how to go on. */
export const explainFailure = (error: unknown, { begun }: { readonly begun: boolean }): string => {
  const why = causes(error).filter(Boolean).join('\n    because ') || String(error);
  const log = error instanceof NotThereError ? error.log : null;
  const tail = log ? tailOf(log) : '';
  return [
    `\n  It did not work: ${why}`,
    ...(tail === '' ? [] : [`\n  The last lines of ${log}:\n${tail}`]),
    ...(begun ? NEXT : []),
  ].join('\n');
};
