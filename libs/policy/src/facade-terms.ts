import type { Playbook } from './playbook.ts';
import { inForce } from './resolve/in-force.ts';
import type { Scope } from './resolve/overrides-for.ts';
import { facadeSources, type Facade } from './schema/facades.ts';

type SourceSpec = Playbook['sources'][string];

/** How a source's inquiries are told apart, and how its sender shows who it is. */
export type SourceTerms = Pick<SourceSpec, 'key' | 'verify'>;

/** What a source has that its playbook does not name: nothing weaker than a signature. */
const UNNAMED: SourceTerms = { key: ['event_id', 'external_id', 'message_id', 'hash'], verify: 'hmac' };

/** A mail's id as its header has it, and as everybody compares it: what comes in and who asks for it later must name it alike. */
export const bareMessageId = (id: string): string =>
  id
    .trim()
    .replace(/^<(.*)>$/u, '$1')
    .toLowerCase();

/** The source whose playbook switches a facade on. */
export const sourceOf = (facade: Facade): string => facadeSources[facade];

/** The terms of a facade for one source under the playbook in force for it; null while that playbook does not list the facade. */
export const facadeTerms = (
  playbook: Playbook,
  facade: Facade,
  { source, ...scope }: Scope & { readonly source: string },
): SourceTerms | null => {
  const { facades, sources } = inForce(playbook, scope);
  return facades.includes(facade) ? (sources[source] ?? UNNAMED) : null;
};
