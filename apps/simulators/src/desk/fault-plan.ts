import { z } from 'zod';
import { seededRandom } from './seeded-random.ts';

const milliseconds = z.int().min(0).max(600_000);
const status = z.int().min(400).max(599);

/** One line of a schedule: which requests it meets, and what happens to them. */
export const fault = z.strictObject({
  /** Part of the path, such as `chat.postMessage`; without it every request is met. */
  path: z.string().min(1).optional(),
  /** The requests of this method alone. */
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  /** Requests that match and are still let through before the first is met. */
  skip: z.int().min(0).default(0),
  /** How many requests are met before the line is used up; without it there is no end. */
  count: z.int().min(1).optional(),
  /** Share of the matching requests that are met, by the schedule's seed. */
  probability: z.number().min(0).max(1).default(1),
  /** Waits first, then goes on with the rest of this line, or answers well. The request is applied even if the caller has gone. */
  latencyMs: milliseconds.optional(),
  /** Answers this instead of applying. */
  status: status.optional(),
  /** `Retry-After` of that answer, in seconds. */
  retryAfterSeconds: z.number().min(0).optional(),
  /** Answers 200 with this text, JSON or not, instead of applying. */
  answer: z.string().optional(),
  /** Breaks the connection instead of applying. */
  reset: z.boolean().optional(),
  /** Never answers and never applies. */
  timeoutBeforeApply: z.boolean().optional(),
  /** Applies, then never answers. */
  timeoutAfterApply: z.boolean().optional(),
  /** Applies, then breaks the connection. */
  resetAfterApply: z.boolean().optional(),
  /** Applies, then answers this status. */
  errorAfterApply: status.optional(),
  /** Applies, then answers half of what it should. */
  malformed: z.boolean().optional(),
});
export type Fault = z.output<typeof fault>;

export const faultSchedule = z.strictObject({
  seed: z.int().default(1),
  faults: z.array(fault),
});
export type FaultSchedule = z.input<typeof faultSchedule>;

/** A line and how often it was looked at and used. */
export interface PlannedFault extends Fault {
  readonly matched: number;
  readonly met: number;
}

export interface FaultPlan {
  replace(schedule: z.output<typeof faultSchedule>): void;
  /** The first line that meets this request, or null. Counts it as used. */
  meet(request: { readonly method?: string; readonly path: string }): Fault | null;
  lines(): readonly PlannedFault[];
}

export const createFaultPlan = (): FaultPlan => {
  let lines: { fault: Fault; matched: number; met: number }[] = [];
  let random = seededRandom(1);

  const meets = (line: (typeof lines)[number], { method, path }: Parameters<FaultPlan['meet']>[0]): boolean => {
    const {
      fault: { path: part, method: wanted, skip, count, probability },
    } = line;
    if (part !== undefined && !path.includes(part)) return false;
    if (wanted !== undefined && wanted !== method) return false;
    if (count !== undefined && line.met >= count) return false;
    line.matched += 1;
    return line.matched > skip && (probability === 1 || random() < probability);
  };

  return {
    replace({ seed, faults }) {
      random = seededRandom(seed);
      lines = faults.map((one) => ({ fault: one, matched: 0, met: 0 }));
    },
    meet(request) {
      const line = lines.find((one) => meets(one, request));
      if (!line) return null;
      line.met += 1;
      return line.fault;
    },
    lines: () => lines.map(({ fault: one, matched, met }) => ({ ...one, matched, met })),
  };
};
