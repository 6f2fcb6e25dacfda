export { bearerToken, createBearerLookup, type BearerToken } from './bearer-token.ts';
export { createFacadeLookup, type FacadeDoor, type FacadeLookup } from './facade-lookup.ts';
export { schemaOf, type OpenApiPart } from './open-api-part.ts';
export { Problem, type ProblemFault, type ProblemOptions } from './problem.ts';
export {
  ConfigError,
  kafkaKeys,
  kafkaOptionsOf,
  postgresKeys,
  readConfig,
  redisKeys,
  Secret,
  secret,
  serviceKeys,
  type Environment,
} from './read-config.ts';
export { runService, startService, type RunningService, type ServiceConfig, type ServiceSpec } from './run-service.ts';
export { SERVICE_PARTS, type ReadinessCheck, type ServiceParts } from './service-parts.ts';
