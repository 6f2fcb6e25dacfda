import { failPointNames, noFailPoints, type FailPoint, type FailPoints } from '@sluice/kernel';
import { z } from 'zod';

const SIGNALS = ['SIGKILL', 'SIGTERM', 'SIGSTOP'] as const;

/** Where this process meets its fault, and which. */
export interface FailPointPlan {
  readonly point: FailPoint;
  /** The how-many-th passing it is, from 1. */
  readonly passing: number;
  readonly signal: (typeof SIGNALS)[number];
}

const SHAPE = new RegExp(
  `^(?<point>${failPointNames.join('|')})@(?<passing>[1-9]\\d*):(?<signal>${SIGNALS.join('|')})$`,
  'u',
);

/** `after-send@3:SIGKILL`. */
export const failPointPlan = z
  .string()
  .regex(
    SHAPE,
    `write <point>@<passing>:<signal>; points: ${failPointNames.join(', ')}; signals: ${SIGNALS.join(', ')}`,
  )
  .transform((text): FailPointPlan => {
    const { point, passing, signal } = SHAPE.exec(text)?.groups as {
      point: FailPoint;
      passing: string;
      signal: FailPointPlan['signal'];
    };
    return { point, passing: Number(passing), signal };
  });

/** Sends this process its signal when it passes the point the planned time: SIGKILL and SIGSTOP take it at that very line. */
export const createFailPoints = (
  plan: FailPointPlan | undefined,
  send: (signal: NodeJS.Signals) => void = (signal) => process.kill(process.pid, signal),
): FailPoints => {
  if (!plan) return noFailPoints;
  let passed = 0;
  return {
    at(point) {
      if (point !== plan.point) return;
      passed += 1;
      if (passed === plan.passing) send(plan.signal);
    },
  };
};

/** Off unless a fault harness plans a fault for this process. */
export const failPointsKey = failPointPlan.optional().transform((plan) => createFailPoints(plan));
