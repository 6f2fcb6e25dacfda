import type { Move } from '@sluice/persistence';
import { Problem } from '@sluice/service';
import type { Changed, Outcome } from '../adapters/playbooks.ts';
import { notFound } from './answers.ts';
import { changedMeanwhile } from './preconditions.ts';

const noSuchVersion = ({ playbook, to, kind }: Pick<Move, 'playbook' | 'to' | 'kind'>): Problem =>
  kind === 'rollback'
    ? new Problem({
        status: 409,
        title: 'Never active',
        detail: `Version ${to} of ${playbook} was never active, so nothing can go back to it. /v1/playbooks/${playbook} shows what was; activate a new version instead.`,
      })
    : notFound(`version of ${playbook}`);

/** What came of a change of a playbook. @throws Problem for whatever is no change */
export const changedOf = (
  result: Outcome,
  of: Pick<Move, 'playbook' | 'to' | 'kind'> | { readonly playbook: string },
): Changed => {
  switch (result.kind) {
    case 'faulty':
      throw new Problem({
        status: 422,
        title: 'Playbook not usable',
        detail: 'It has mistakes, each named with its place; nothing was kept or activated.',
        errors: result.faults,
      });
    case 'conflict':
      throw changedMeanwhile(of.playbook, result.head);
    case 'no-version':
      throw 'to' in of ? noSuchVersion(of) : notFound('version');
    default:
      return result;
  }
};
