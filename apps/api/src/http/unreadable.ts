import { Problem } from '@sluice/service';
import { mistakesIn } from '../domain/written-playbook.ts';

/** For whoever reads a playbook that was written for a schema that is gone. @throws Problem 409; what else went wrong, as it is */
export const unreadable =
  (what: string) =>
  (error: unknown): never => {
    throw new Problem({
      status: 409,
      title: 'Version not readable',
      detail: `${what} was written for another build, and has mistakes for this one.`,
      errors: mistakesIn(error),
    });
  };
