export { bearerToken, createBearerLookup, type BearerToken } from './bearer-token.ts';
export { createFacadeLookup, type FacadeDoor, type FacadeLookup } from './facade-lookup.ts';
export { schemaOf, type OpenApiPart } from './open-api-part.ts';
export { Problem, type ParameterFault, type ProblemFault, type ProblemOptions } from './problem.ts';
export {
  kafkaKeys,
  kafkaOptionsOf,
  postgresKeys,
  postgresOptionsOf,
  redisKeys,
  registryOptionsOf,
  type Environment,
} from './connection-keys.ts';
export { ConfigError, readConfig, serviceKeys } from './read-config.ts';
export { runService, startService, type RunningService, type ServiceConfig, type ServiceSpec } from './run-service.ts';
export { SERVICE_PARTS, type ReadinessCheck, type ServiceParts } from './service-parts.ts';
export { secret } from './secret.ts';
