/** What a process is told from outside: for whoever reads it without being a service. */
export {
  kafkaConnectionOf,
  kafkaKeys,
  postgresKeys,
  postgresOptionsOf,
  registryOptionsOf,
  type Environment,
} from './connection-keys.ts';
export { ConfigError, readConfig } from './read-config.ts';
