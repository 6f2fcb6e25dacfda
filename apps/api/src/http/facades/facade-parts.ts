import type { DeadLetters } from '../../adapters/dead-letters.ts';
import type { FindInquiry } from '../../adapters/named-inquiries.ts';
import type { ReadModel } from '../../adapters/read-model.ts';
import type { FacadeSwitch } from './facade-switch.ts';

/** How long an answer waits for a mail that is still on its way, and how often it looks. */
export interface Patience {
  readonly withinMs: number;
  readonly everyMs: number;
}

/** What the paths of the documents stand on. */
export interface FacadeParts {
  readonly model: Pick<ReadModel, 'events'>;
  readonly deadLetters: Pick<DeadLetters, 'replay'>;
  readonly find: FindInquiry;
  readonly isOn: FacadeSwitch;
  readonly patience: Patience;
}

export const FACADE_PARTS = Symbol('FACADE_PARTS');
