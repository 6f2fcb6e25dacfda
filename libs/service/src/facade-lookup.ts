import { facadeTerms, type Facade, type Playbook, type SourceTerms } from '@sluice/policy';
import type { PlaybookSource } from '@sluice/stage';
import { Problem } from './problem.ts';

/** A way in: the facade it belongs to, and the source whose playbook switches that on. */
export interface FacadeDoor {
  readonly facade: Facade;
  readonly source: string;
  readonly channel?: string;
}

/** What switched a facade on, and its terms there. */
export interface FacadeOn {
  readonly playbook: Playbook;
  readonly terms: SourceTerms;
}

/** Looks a facade up in the playbook in force for its source. @throws Problem 404 while it is switched off: then it is as if it were not there */
export type FacadeLookup = (door: FacadeDoor) => Promise<FacadeOn>;

export const createFacadeLookup =
  (playbooks: Pick<PlaybookSource<Playbook>, 'active'>, brand: string): FacadeLookup =>
  async ({ facade, source, ...scope }) => {
    const { playbook } = await playbooks.active({ brand, source });
    const terms = facadeTerms(playbook, facade, { source, brand, ...scope });
    if (terms) return { playbook, terms };
    throw new Problem({
      status: 404,
      title: 'Not found',
      detail: `This path is switched off: the playbook in force for the source ${source} does not list the facade ${facade}.`,
    });
  };
