import { facadeTerms, sourceOf, type Facade, type Playbook } from '@sluice/policy';
import { Problem } from '@sluice/service';
import type { PlaybookSource } from '@sluice/stage';

/** The sources that a facade's inquiries may have come from, by the playbook that switches it on. @throws Problem 404 while it is switched off */
export type FacadeSwitch = (facade: Facade) => Promise<readonly string[]>;

export const createFacadeSwitch = (playbooks: Pick<PlaybookSource<Playbook>, 'active'>, brand: string): FacadeSwitch => async (facade) => {
  const source = sourceOf(facade);
  const { playbook } = await playbooks.active({ brand, source });
  if (facadeTerms(playbook, facade, { source, brand })) return [source, ...Object.keys(playbook.sources)];
  throw new Problem({ status: 404, title: 'Not found', detail: `This path is switched off: the playbook in force for the source ${source} does not list the facade ${facade}.` });
};
