import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** How the fake engine is. */
export interface FakeEngine {
  /** `none`: only the client is there. `silent`: it never answers. */
  readonly engine?: 'up' | 'none' | 'silent';
  /** What `docker compose version --short` tells; null when the plugin is missing. */
  readonly compose?: string | null;
  /** A service whose container never becomes healthy. */
  readonly unhealthy?: string;
}

export interface DockerCall {
  readonly args: readonly string[];
  readonly ports: Readonly<Record<string, string>>;
}

/** Answers in the words and exit codes of Docker 28 and Compose 2, and remembers which services run. */
const script = (dir: string): string => `#!${process.execPath}
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const dir = ${JSON.stringify(dir)};
const { engine = 'up', compose = '2.36.2', unhealthy } = JSON.parse(readFileSync(dir + '/engine.json', 'utf8'));
const ports = Object.fromEntries(Object.entries(process.env).filter(([key]) => key.startsWith('SLUICE_COMPOSE_')));
appendFileSync(dir + '/calls.jsonl', JSON.stringify({ args, ports }) + '\\n');
const running = new Set(JSON.parse(readFileSync(dir + '/running.json', 'utf8')));
const before = [...running].join();
const end = (code, out, err) => {
  // Two questions are asked at once: who changes nothing writes nothing that the other might read half.
  if ([...running].join() !== before) writeFileSync(dir + '/running.json', JSON.stringify([...running]));
  if (out) process.stdout.write(out + '\\n');
  if (err) process.stderr.write(err + '\\n');
  process.exitCode = code;
};
const noEngine = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';
const composeCommand = (verb, rest) => {
  const services = rest.filter((word, at) => !word.startsWith('-') && !rest[at - 1]?.startsWith('--w') && !rest[at - 1]?.startsWith('--t'));
  if (verb === 'ps') return end(0, [...running].join('\\n'));
  if (verb === 'logs') return end(0, unhealthy + '-1  | out of memory');
  if (verb === 'down') { running.clear(); return end(0, '', ' Container removed'); }
  if (verb === 'stop') { services.forEach((one) => running.delete(one)); return end(0, '', ' Container stopped'); }
  services.filter((one) => one !== unhealthy).forEach((one) => running.add(one));
  return services.includes(unhealthy) ? end(1, '', ' Container sluice-' + unhealthy + '-1  Waiting\\ncontainer sluice-' + unhealthy + '-1 is unhealthy') : end(0, '', ' Container started');
};
if (engine === 'silent' && args[0] === 'info') setTimeout(() => undefined, 60_000);
else if (args[0] === 'info') engine === 'up' ? end(0, '28.2.2') : end(1, '', noEngine);
else if (args[0] === 'compose' && compose === null) end(1, '', 'docker: unknown command: docker compose');
else if (args[1] === 'version') end(0, compose);
else if (engine !== 'up') end(1, '', noEngine);
else composeCommand(args[5], args.slice(6));
`;

/** A `docker` of our own, first on the PATH. */
export class FakeDocker {
  readonly #dir = mkdtempSync(join(tmpdir(), 'fake-docker-'));
  readonly #path = process.env['PATH'];

  constructor(engine: FakeEngine = {}) {
    const bin = join(this.#dir, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'docker'), script(this.#dir));
    chmodSync(join(bin, 'docker'), 0o755);
    writeFileSync(join(this.#dir, 'running.json'), '[]');
    this.become(engine);
    process.env['PATH'] = [bin, this.#path].join(delimiter);
  }

  become(engine: FakeEngine): void {
    writeFileSync(join(this.#dir, 'engine.json'), JSON.stringify(engine));
  }

  get calls(): readonly DockerCall[] {
    const path = join(this.#dir, 'calls.jsonl');
    // Up to the last line break: the fake may be writing just now.
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
    return lines.map((line) => JSON.parse(line) as DockerCall);
  }

  /** The words after `--project-name … --file …` of each call of Compose. */
  get verbs(): readonly string[] {
    return this.calls
      .filter(({ args }) => args[0] === 'compose' && args[1] !== 'version')
      .map(({ args }) => args.slice(5).join(' '));
  }

  get running(): readonly string[] {
    return JSON.parse(readFileSync(join(this.#dir, 'running.json'), 'utf8')) as readonly string[];
  }

  remove(): void {
    process.env['PATH'] = this.#path;
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
