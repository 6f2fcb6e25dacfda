import { addressesFromEnvironment, type Addresses } from '../stack/addresses.ts';
import type { Docker } from './docker.ts';
import type { InfrastructureKind, OwnInfrastructure } from './server.ts';

export interface Situation {
  /** `--infra`, where it was given. */
  readonly wish: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** The way in which servers of this checkout run or ran; null before the first start. */
  readonly known: OwnInfrastructure | null;
  /** True while any of those runs. */
  readonly isUp: boolean;
  readonly askDocker: () => Promise<Docker>;
}

export interface Choice {
  readonly kind: InfrastructureKind;
  readonly because: string;
  /** Only for servers of the environment. */
  readonly addresses: Addresses | null;
}

const KINDS: readonly InfrastructureKind[] = ['environment', 'compose', 'native'];
const names: Readonly<Record<InfrastructureKind, string>> = {
  environment: 'those of the environment',
  compose: 'Docker Compose',
  native: 'native',
};

const isKind = (wish: string): wish is InfrastructureKind => KINDS.some((kind) => kind === wish);

const own = (kind: OwnInfrastructure, because: string): Choice => ({ kind, because, addresses: null });

const wished = async (wish: string, { environment, askDocker }: Situation): Promise<Choice> => {
  if (!isKind(wish)) throw new Error(`--infra=${wish}: write one of ${KINDS.join(', ')}`);
  const because = 'as --infra says';
  if (wish === 'native') return own('native', because);
  if (wish === 'compose') {
    const found = await askDocker();
    if (!found.answers)
      throw new Error(`--infra=compose: ${found.reason}. Start Docker, or run without it: npm start -- --infra=native`);
    return own('compose', because);
  }
  const addresses = addressesFromEnvironment(environment);
  if (!addresses)
    throw new Error(
      '--infra=environment: set SLUICE_KAFKA_BROKERS, SLUICE_REGISTRY_URL, SLUICE_POSTGRES_URL and SLUICE_REDIS_URL to where your servers are',
    );
  return { kind: 'environment', because, addresses };
};

const byOrder = async ({ environment, known, askDocker }: Situation): Promise<Choice> => {
  const addresses = addressesFromEnvironment(environment);
  if (addresses)
    return { kind: 'environment', because: 'SLUICE_KAFKA_BROKERS and the other addresses are set', addresses };
  if (known === 'native') return own(known, 'as this checkout ran before');
  const found = await askDocker();
  if (found.answers) return own('compose', `a Docker engine answers (${found.version})`);
  if (known === 'compose')
    throw new Error(
      `this checkout's servers are in containers, but ${found.reason}. Start Docker, or begin anew without it: npm start -- --infra=native`,
    );
  return own('native', found.reason);
};

/**
 * Chooses where the servers come from: what the flag says, else addresses of the environment, else what this checkout already has,
 * else Docker where an engine answers, else native. @throws Error saying what to do when the choice can't work
 */
export const chooseInfrastructure = async (situation: Situation): Promise<Choice> => {
  const { wish, known, isUp } = situation;
  const choice = wish === undefined ? await byOrder(situation) : await wished(wish, situation);
  if (isUp && known && choice.kind !== known) {
    throw new Error(
      `this checkout's servers are up (${names[known]}), and ${names[choice.kind]} would be used now, ${choice.because}. Stop them first: npm stop`,
    );
  }
  return choice;
};
