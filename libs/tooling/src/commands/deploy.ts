import { join } from 'node:path';
import { deploy } from '../deploy/deploy.ts';
import { addressesFromEnvironment } from '../stack/addresses.ts';
import { root } from './checkout.ts';

const addresses = addressesFromEnvironment(process.env);
if (!addresses) throw new Error('deploying: SLUICE_KAFKA_BROKERS, SLUICE_REGISTRY_URL, SLUICE_POSTGRES_URL and SLUICE_REDIS_URL say where to');
console.log(await deploy({ ...addresses, playbooksDir: process.env['SLUICE_PLAYBOOKS_DIR'] ?? join(root, 'playbooks') }));
