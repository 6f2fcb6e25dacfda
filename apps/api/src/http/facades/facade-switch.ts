import { facadeTerms, sourceOf, type Facade, type Playbook } from '@sluice/policy';
import { Problem } from '@sluice/service';
import type { PlaybookSource } from '@sluice/stage';

/** What switched a facade on. */
export interface FacadeOn {
  /** The name of the playbook that lists it. */
  readonly playbook: string;
  /** The sources that its inquiries may have come from. */
  readonly sources: readonly string[];
}

/** Looks a facade up in the playbook in force for its source. @throws Problem 404 while it is switched off */
export type FacadeSwitch = (facade: Facade) => Promise<FacadeOn>;

export const createFacadeSwitch = (playbooks: Pick<PlaybookSource<Playbook>, 'active'>, brand: string): FacadeSwitch => async (facade) => {
  const source = sourceOf(facade);
  const { playbook } = await playbooks.active({ brand, source });
  if (facadeTerms(playbook, facade, { source, brand })) return { playbook: playbook.name, sources: [source, ...Object.keys(playbook.sources)] };
  throw new Problem({ status: 404, title: 'Not found', detail: `This path is switched off: the playbook in force for the source ${source} does not list the facade ${facade}.` });
};
