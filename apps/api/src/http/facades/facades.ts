import { sourceOf, type Facade, type Playbook } from '@sluice/policy';
import { uuidV5 } from '@sluice/kernel';
import { createFacadeLookup } from '@sluice/service';
import type { PlaybookSource } from '@sluice/stage';
import type { DeadLetters } from '../../adapters/dead-letters.ts';
import type { Patience } from '../../adapters/look-until.ts';
import type { InquiryWithEffects, ReadModel } from '../../adapters/read-model.ts';
import { unreadable } from '../playbook-changes.ts';

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

/** How somebody outside calls an inquiry: by our id, or by what its source calls the event. */
export interface InquiryName {
  /** Sources that may have taken it in. */
  readonly sources: readonly string[];
  /** Our id, or ids of the source's events, the likeliest first. */
  readonly ids: readonly string[];
}

/** Finds an inquiry by a name from outside; null when none is known by it. */
export type FindInquiry = (name: InquiryName) => Promise<InquiryWithEffects | null>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

/** Ids are made of brand, source and event, so that they can be told without a search: all that it may have are asked for at once. */
export const createFindInquiry =
  (model: Pick<ReadModel, 'firstOf'>, brand: string): FindInquiry =>
  ({ sources, ids }) =>
    model.firstOf([
      ...ids.filter((id) => UUID.test(id)),
      ...[...new Set(sources)].flatMap((source) => ids.map((id) => uuidV5(brand, source, id))),
    ]);

/** What the paths of the documents stand on that read and repeat. */
export interface FacadeParts {
  readonly deadLetters: Pick<DeadLetters, 'replay'>;
  readonly find: FindInquiry;
  readonly isOn: FacadeSwitch;
  /** With a mail that is still on its way. */
  readonly patience: Patience;
}

export const FACADE_PARTS = Symbol('FACADE_PARTS');
