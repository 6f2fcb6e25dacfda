import type { PlaybookHash } from '@sluice/kernel';
import type { PlaybookSource } from '../ports/playbook-source.port.ts';

/** The same playbook for everything. */
export const onePlaybook = <Playbook>(playbook: Playbook, hash = 'a'.repeat(64)): PlaybookSource<Playbook> => {
  const inForce = { playbook, hash: hash as PlaybookHash };
  return { byHash: async () => inForce, active: async () => inForce };
};
