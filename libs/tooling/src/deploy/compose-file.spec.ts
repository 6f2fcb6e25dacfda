import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { appNames } from '../build/build-apps.ts';
import { RUNTIME_ENVIRONMENT, RUNTIME_FLAGS } from '../build/runtime.ts';
import { root } from '../commands/checkout.ts';
import { KAFKA_VERSION, REGISTRY_VERSION } from '../infra/maven.ts';
import { serverNames } from '../infra/server.ts';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly build?: { readonly context: string; readonly dockerfile: string };
}
interface ComposeFile {
  readonly include?: readonly string[];
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

const folder = join(root, 'deploy', 'compose');
const read = (name: string): ComposeFile =>
  parse(readFileSync(join(folder, name), 'utf8'), { merge: true }) as ComposeFile;
const infra = read('infra.yaml');
const whole = read('compose.yaml');
const services = { ...infra.services, ...whole.services };

const secrets = { SLUICE_INTAKE_SECRETS: 'a', SLUICE_CONTACT_SECRET: 'b', SLUICE_API_KEYS: 'c' };
const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;

/** What Compose's own parser says of a file; it asks no engine. */
const configOf = (name: string, environment: Readonly<Record<string, string>>) =>
  spawnSync('docker', ['compose', '--file', join(folder, name), 'config', '--quiet'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
  });

/** `${NAME:-default}` is the default, `${NAME:?what to set}` something that is set. */
const substituted = (value: string): string =>
  value
    .replaceAll(/\$\{(SLUICE_INTAKE_SECRETS):\?[^}]*\}/gu, '*:a-secret-of-some-length')
    .replaceAll(/\$\{(SLUICE_API_KEYS):\?[^}]*\}/gu, `sl_local_abc123_${'s'.repeat(48)}:inquiries:read`)
    .replaceAll(/\$\{\w+:\?[^}]*\}/gu, 'a-secret-of-some-length')
    .replaceAll(/\$\{\w+:-([^}]*)\}/gu, '$1');
/** Given to every service, read by those that have to do with it. */
const SHARED: ReadonlySet<string> = new Set(['SLUICE_REDIS_URL', 'SLUICE_PLAYBOOKS_DIR']);

describe('the compose files', () => {
  it('the whole is the servers and the services', () => {
    expect(whole.include).toEqual(['infra.yaml']);
    expect(Object.keys(infra.services).toSorted()).toEqual([...serverNames].toSorted());
    expect(Object.keys(whole.services).filter((name) => infra.services[name])).toEqual([]);
  });

  it('run every service there is', () => {
    expect(appNames(root).filter((name) => !services[name]?.command?.[0]?.endsWith(`${name}/main.js`))).toEqual([]);
  });

  it.each(Object.entries(services))(
    '%s is pinned, depends on what is there, and is published on this machine only',
    (_name, { image, depends_on: needs, build, ports = [] }) => {
      expect(image).toMatch(/^[\w./-]+:\d+\.\d+(\.\d+)?$/);
      expect(Object.keys(needs ?? {}).filter((other) => !services[other])).toEqual([]);
      if (build) expect(existsSync(join(folder, build.context, build.dockerfile))).toBe(true);
      expect(ports.filter((port) => !/^127\.0\.0\.1:\$\{SLUICE_COMPOSE_[A-Z]+_PORT:-\d+\}:\d+$/.test(port))).toEqual(
        [],
      );
    },
  );

  it.each(appNames(root).filter((name) => name !== 'simulators'))(
    'give %s an environment that its config takes, and nothing that it does not read',
    async (name) => {
      const given = Object.fromEntries(
        Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, substituted(value)]),
      );
      const config = (await import(join(root, 'apps', name, 'src', 'config.ts'))) as Readonly<Record<string, unknown>>;
      const read = Object.entries(config).find(([key]) => key.startsWith('read'))?.[1] as () => object;
      const before = process.env;
      try {
        process.env = given;
        const known = Object.keys(read());
        expect(Object.keys(given).filter((key) => !known.includes(key) && !SHARED.has(key))).toEqual([]);
      } finally {
        process.env = before;
      }
    },
  );

  it('start Node as it is started natively', () => {
    const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8');
    const [, command = '[]'] = /^ENTRYPOINT (.*)$/mu.exec(dockerfile) ?? [];
    expect(JSON.parse(command)).toEqual(['node', ...RUNTIME_FLAGS, '--import', '/app/dist/apps/telemetry.js']);
    for (const [name, value] of Object.entries(RUNTIME_ENVIRONMENT)) expect(dockerfile).toContain(`${name}=${value}`);
  });

  it('run the versions that are run natively', () => {
    expect([services['kafka']?.image, services['registry']?.image]).toEqual([
      `apache/kafka:${KAFKA_VERSION}`,
      `apicurio/apicurio-registry:${REGISTRY_VERSION}`,
    ]);
  });

  it.each(serverNames)('%s is published on a port that the environment can choose', (name) => {
    expect(infra.services[name]?.ports).toEqual([
      expect.stringContaining(`\${SLUICE_COMPOSE_${name.toUpperCase()}_PORT:-`),
    ]);
  });

  it('Kafka tells containers its name, and programs of this machine the published port', () => {
    const { environment = {}, ports = [] } = infra.services['kafka'] ?? {};
    const listeners = Object.fromEntries(
      (environment['KAFKA_LISTENERS'] ?? '').split(',').map((one) => one.split('://:')),
    );
    const advertised = Object.fromEntries(
      (environment['KAFKA_ADVERTISED_LISTENERS'] ?? '').split(',').map((one) => one.split('://')),
    );
    expect(advertised).toEqual({ PLAINTEXT: 'kafka:9092', HOST: '127.0.0.1:${SLUICE_COMPOSE_KAFKA_PORT:-29092}' });
    expect(ports).toEqual([`${advertised.HOST}:${listeners.HOST}`]);
    expect(
      Object.keys(listeners).filter(
        (name) => !environment['KAFKA_LISTENER_SECURITY_PROTOCOL_MAP']?.includes(`${name}:`),
      ),
    ).toEqual([]);
  });

  it('the log, and the ids of its schemas with it, outlive their containers', () => {
    const named = (name: string): string[] =>
      (infra.services[name]?.volumes ?? []).map((volume) => volume.split(':')[0] ?? '');
    expect([...named('kafka'), ...named('postgres')].filter((volume) => infra.volumes?.[volume] === undefined)).toEqual(
      [],
    );
    expect([named('kafka').length, named('postgres').length]).toEqual([1, 1]);
    expect(infra.services['registry']?.environment).toMatchObject({
      APICURIO_STORAGE_SQL_KIND: 'postgresql',
      APICURIO_DATASOURCE_URL: 'jdbc:postgresql://postgres:5432/sluice',
    });
  });

  it('the servers alone ask for no secret', () => {
    expect(readFileSync(join(folder, 'infra.yaml'), 'utf8').replaceAll(/^#.*$/gm, '')).not.toContain(':?');
  });

  it('give each service every key its config has no default for', () => {
    for (const name of appNames(root).filter((one) => one !== 'simulators')) {
      const config = readFileSync(join(root, 'apps', name, 'src', 'config.ts'), 'utf8');
      // A kind of key may have its default where it is defined, above the schema.
      const helpers = [...config.matchAll(/^const (\w+) = [^;]*\.default\(/gm)].map(([, helper]) => String(helper));
      const hasDefault = new RegExp(['default', 'optional', ...helpers.map((helper) => `: ${helper}\\(`)].join('|'));
      const own = config
        .split(/^(?= {2}SLUICE_\w+:)/m)
        .slice(1)
        .filter((entry) => !hasDefault.test(entry))
        .map((entry) => entry.trim().split(':')[0] ?? '');
      expect([name, own.filter((key) => !(key in (services[name]?.environment ?? {})))]).toEqual([name, []]);
    }
  });

  it.runIf(hasCompose)('fit Compose’s own schema, and ask for the secrets they lack', () => {
    expect(configOf('infra.yaml', {})).toMatchObject({ status: 0, stderr: '' });
    expect(configOf('compose.yaml', secrets)).toMatchObject({ status: 0, stderr: '' });
    expect(configOf('compose.yaml', {}).stderr).toMatch(
      /set (a secret for senders|the secret of the brand)|sl_<env>_<id>_<secret>/,
    );
  });
});
