export { deploy, type DeployTarget } from './deploy/deploy.ts';
export type { ServerName } from './infra/server.ts';
export { isAlive } from './process/identity.ts';
export { readRunFile, type Replica, type RunFile } from './stack/run-file.ts';
export { Stack, type StackOptions } from './stack/start-stack.ts';
