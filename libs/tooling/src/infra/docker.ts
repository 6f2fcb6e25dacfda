import { execFile } from 'node:child_process';

export type Docker =
  { readonly answers: true; readonly version: string } | { readonly answers: false; readonly reason: string };

export interface CommandResult {
  readonly ok: boolean;
  readonly output: string;
  /** Why it is not ok, in one line. */
  readonly reason: string;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly withinMs: number;
}

const firstLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .find(Boolean) ?? '';
const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';
/** The engine's answer ends in advice that is not ours. */
const firstSentence = (text: string): string => text.split('. ')[0] ?? '';

/** Runs the Docker client. Never rejects: that it is not there is an answer too. */
export const docker = (
  args: readonly string[],
  { env = process.env, withinMs }: CommandOptions,
): Promise<CommandResult> =>
  new Promise((resolve) => {
    execFile('docker', [...args], { env, timeout: withinMs, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`;
      if (!error) return resolve({ ok: true, output: stdout.trim(), reason: '' });
      if (error.code === 'ENOENT') return resolve({ ok: false, output, reason: 'there is no `docker` on the PATH' });
      const reason = error.killed
        ? `no answer within ${withinMs / 1_000} s`
        : lastLine(stderr) || firstLine(stdout) || 'it failed without a word';
      return resolve({ ok: false, output, reason });
    });
  });

/** `include` came with it. */
const LEAST_COMPOSE = [2, 20, 3] as const;
const ANSWERS_WITHIN_MS = 5_000;

const isNewEnough = (version: string): boolean => {
  const [major = 0, minor = 0, patch = 0] = (/(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  const [leastMajor, leastMinor, leastPatch] = LEAST_COMPOSE;
  return major !== leastMajor ? major > leastMajor : minor !== leastMinor ? minor > leastMinor : patch >= leastPatch;
};

/** Whether a Docker engine answers, and Compose works with it. The client alone is neither. */
export const askDocker = async (withinMs = ANSWERS_WITHIN_MS): Promise<Docker> => {
  const [engine, compose] = await Promise.all([
    docker(['info', '--format', '{{.ServerVersion}}'], { withinMs }),
    docker(['compose', 'version', '--short'], { withinMs }),
  ]);
  // Some clients end well although no engine answered: then they have no version to tell.
  if (!engine.ok || engine.output === '')
    return {
      answers: false,
      reason: `no Docker engine answers (${firstSentence(engine.reason) || 'it told no version'})`,
    };
  if (!compose.ok) return { answers: false, reason: `\`docker compose\` does not work (${compose.reason})` };
  if (!isNewEnough(compose.output))
    return {
      answers: false,
      reason: `Docker Compose is ${compose.output}, and ${LEAST_COMPOSE.join('.')} or newer is needed`,
    };
  return { answers: true, version: engine.output };
};
