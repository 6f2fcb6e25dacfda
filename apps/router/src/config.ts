import { kafkaKeys, postgresKeys, readConfig, serviceKeys } from '@sluice/service';
import { z } from 'zod';

const schema = z.object({ ...serviceKeys, ...kafkaKeys, ...postgresKeys });
export type RouterConfig = z.output<typeof schema>;

/** Everything the router is told from outside. @throws ConfigError naming all faults. */
export const readRouterConfig = (): RouterConfig => readConfig(schema, process.env);
