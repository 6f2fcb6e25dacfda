import { parse } from 'yaml';
import { z } from 'zod';
import { yamlSource, type Position } from '../source/yaml-source.ts';
import { casesOf, type Case } from './case.ts';

export interface ReadCases {
  readonly cases: readonly Case[];
  /** Mistakes in the file; then there are no cases. */
  readonly faults: readonly (Position & { readonly message: string })[];
}

/** The cases of a file; a mistake is told with line and column. */
export const readCases = (text: string): ReadCases => {
  const source = yamlSource(text);
  try {
    return { cases: casesOf(parse(text)), faults: [] };
  } catch (error) {
    if (!(error instanceof z.ZodError))
      return { cases: [], faults: source.mistakes.map(({ message, position }) => ({ message, ...position })) };
    return {
      cases: [],
      faults: error.issues.map(({ path, message }) => ({
        message: `/${path.map(String).join('/')}: ${message}`,
        ...source.positionOf(path.map(String)),
      })),
    };
  }
};
