import type { Intake } from './accept-inquiry.ts';
import type { AnswerOnce } from './answer-once.ts';
import type { BatchBounds } from './batch-rows.ts';
import type { FacadeGate } from './facades/facade-gate.ts';
import type { Gatekeeper } from './gatekeeper.ts';

/** What the ways in share. */
export interface IntakeParts {
  readonly intake: Intake;
  readonly gatekeeper: Gatekeeper;
  readonly gate: FacadeGate;
  readonly answerOnce: AnswerOnce;
  readonly batchBounds: BatchBounds;
}

/** The provider token under which the module gives its IntakeParts. */
export const INTAKE_PARTS = Symbol('INTAKE_PARTS');
