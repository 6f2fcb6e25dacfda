import type { EffectKind } from '@sluice/contracts';
import type { Connector, Effect, SinkFault } from '../ports/connector.port.ts';
import { asQuestion, attemptOf, checkOf, failureOf, readable } from './failure.ts';
import { askForParts, performInParts, type Part } from './in-parts.ts';

export interface RecordConnectorOptions {
  readonly kind: EffectKind;
  /** Milliseconds one request may take. */
  readonly timeoutMs: number;
  /** Requests that one effect takes at most. */
  readonly requests: number;
  /** What an effect consists of. @throws ZodError for a content that is none of its kind */
  readonly partsOf: (effect: Effect) => readonly Part[];
  /** Asks whether our credentials are good. @throws VendorError */
  readonly check: () => Promise<readonly SinkFault[]>;
  /** What a person does about a reason that our configuration is to blame for. */
  readonly mendOf: (reason: string) => string;
}

/** A connector whose effects are made in parts, each of which can be looked for. */
export const createRecordConnector = ({
  kind,
  timeoutMs,
  requests,
  partsOf,
  check,
  mendOf,
}: RecordConnectorOptions): Connector => {
  const partsIn = (effect: Effect) => readable(() => partsOf(effect));
  return {
    kind,
    onUnknown: 'ask',
    timeoutMs: timeoutMs * requests,
    async check() {
      try {
        return { kind: 'checked', faults: await check() };
      } catch (error) {
        return checkOf(asQuestion(failureOf(error)), mendOf);
      }
    },
    async perform(effect) {
      const parts = partsIn(effect);
      return 'kind' in parts ? attemptOf(parts) : performInParts(effect, parts);
    },
    async ask(effect) {
      const parts = partsIn(effect);
      return 'kind' in parts ? { kind: 'absent' } : askForParts(effect, parts);
    },
    // Connections are the process's own.
    close: async () => undefined,
  };
};
