import { eventTopics, jsonSchemaOf, topics } from '@sluice/contracts';
import { createPostgres, migrate, platformSchemas, publishPlaybooks } from '@sluice/persistence';
import { loadPlaybooks, sourcesOf } from '@sluice/policy/files';
import { provisionTopics, registerSchemas } from '@sluice/transport';
import { connectionsOf, type Addresses } from '../stack/addresses.ts';
import { serviceSchemas } from './service-schemas.ts';

export interface DeployTarget extends Addresses {
  readonly playbooksDir: string;
  /** Replicas of new topics; the cluster's default when not given. */
  readonly replicationFactor?: number;
}

const deployTopics = async ({ replicationFactor, ...addresses }: DeployTarget): Promise<string> => {
  const { created, faults } = await provisionTopics(topics, {
    ...connectionsOf(addresses).kafka,
    clientId: 'deploy',
    ...(replicationFactor === undefined ? {} : { replicationFactor }),
  });
  return [`${created.length} topics created`, ...faults].join('; ');
};

const deploySchemas = async (target: DeployTarget): Promise<string> => {
  const contracts = eventTopics.flatMap(({ contract }) =>
    contract ? [{ type: contract.type, schema: jsonSchemaOf(contract) }] : [],
  );
  return `${(await registerSchemas(connectionsOf(target).registry, contracts)).size} schemas registered`;
};

const deployDatabase = async ({ playbooksDir, ...addresses }: DeployTarget): Promise<string> => {
  const database = connectionsOf(addresses).postgres;
  const ran: string[] = [];
  for (const set of [...Object.values(platformSchemas), ...serviceSchemas])
    ran.push(...(await migrate({ ...database, ...set })));
  const { playbooks, activations } = loadPlaybooks(playbooksDir);
  const postgres = createPostgres({ ...database, max: 2 });
  try {
    const left = await publishPlaybooks(postgres, {
      activations,
      playbooks: playbooks.map(({ playbook, hash, document }) => ({
        hash,
        name: playbook.name,
        document,
        sources: sourcesOf(playbooksDir, playbook.name),
      })),
    });
    return [`${ran.length} migrations run`, `${playbooks.length} playbooks published`, ...left].join(', ');
  } finally {
    await postgres.close();
  }
};

/** Makes the world ready for this build: topics, schemas, migrations, playbooks. Services do none of it. Repeating it changes nothing. */
export const deploy = async (target: DeployTarget): Promise<string> =>
  (await Promise.all([deployTopics(target), deploySchemas(target), deployDatabase(target)])).join(', ');
