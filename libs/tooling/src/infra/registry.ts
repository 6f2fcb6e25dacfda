import { join } from 'node:path';
import { freePort } from '../process/ports.ts';
import { spawnDetached } from '../process/spawn.ts';
import { javaEnvironment, newestJava, REQUIRED_JAVA } from './java.ts';
import { registryFolder } from './maven.ts';
import type { ServerProgram } from './server.ts';

/** True once it answers as a registry. */
export const isRegistryUp = async (url: string): Promise<boolean> =>
  (await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(2_000) })).ok;

/** Apicurio Registry with its data in a file database, so that schema ids survive a restart. */
export const registry: ServerProgram = {
  title: 'the schema registry',
  async launch({ dir, logs, cache, port }) {
    const java = newestJava();
    if (!java || java.major < REQUIRED_JAVA)
      throw new Error(`starting the registry: it needs Java ${REQUIRED_JAVA} or newer`);
    const folder = await registryFolder(cache);
    const started = await spawnDetached({
      what: 'registry',
      kind: 'server',
      command: java.command,
      args: [
        '-Xmx384m',
        `-Dquarkus.http.port=${port}`,
        '-Dquarkus.http.host=127.0.0.1',
        `-Dquarkus.management.port=${await freePort()}`,
        '-Dquarkus.management.host=127.0.0.1',
        '-Dapicurio.storage.kind=sql',
        '-Dapicurio.storage.sql.kind=h2',
        `-Dapicurio.datasource.url=jdbc:h2:file:${join(dir, 'registry')}`,
        '-jar',
        join(folder, 'quarkus-run.jar'),
      ],
      log: join(logs, 'registry.log'),
      cwd: folder,
      env: javaEnvironment(),
    });
    return { process: started, address: `http://127.0.0.1:${port}/apis/ccompat/v7`, stopSignal: 'SIGTERM' };
  },
  lack: async (address) => ((await isRegistryUp(address).catch(() => false)) ? null : 'it does not answer yet'),
};
