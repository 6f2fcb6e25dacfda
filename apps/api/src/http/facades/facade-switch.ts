import { sourceOf, type Facade, type Playbook } from '@sluice/policy';
import { createFacadeLookup } from '@sluice/service';
import type { PlaybookSource } from '@sluice/stage';
import { unreadable } from '../unreadable.ts';

/** What switched a facade on. */
export interface FacadeOn {
  /** The name of the playbook that lists it. */
  readonly playbook: string;
  /** The sources that its inquiries may have come from. */
  readonly sources: readonly string[];
}

/** Looks a facade up in the playbook in force for its source. @throws Problem 404 while it is switched off, 409 while this build can not read that playbook */
export type FacadeSwitch = (facade: Facade) => Promise<FacadeOn>;

export const createFacadeSwitch = (
  playbooks: Pick<PlaybookSource<Playbook>, 'active'>,
  brand: string,
): FacadeSwitch => {
  const lookUp = createFacadeLookup(playbooks, brand);
  return async (facade) => {
    const source = sourceOf(facade);
    const { playbook } = await lookUp({ facade, source }).catch(
      unreadable(`The playbook in force for the source ${source}`),
    );
    return { playbook: playbook.name, sources: [source, ...Object.keys(playbook.sources)] };
  };
};
