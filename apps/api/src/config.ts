import { kafkaKeys, postgresKeys, readConfig, secret, serviceKeys } from '@sluice/service';
import { z } from 'zod';

const schema = z.object({ ...serviceKeys, ...kafkaKeys, ...postgresKeys, SLUICE_API_KEYS: secret('sl_<env>_<id>_<secret>:scope+scope, separated by commas') });
export type ApiConfig = z.output<typeof schema>;

/** Everything the API is told from outside. @throws ConfigError naming all faults. */
export const readApiConfig = (): ApiConfig => readConfig(schema, process.env);
