// The first script of every command. Needs nothing but Node 20: finds or installs Node 24, installs what package-lock.json
// names, and hands over to a TypeScript command, which Node 24 runs as it is.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from '../libs/tooling/src/process/lock.mjs';

const WANTED = { major: 24, minor: 6 };
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [command, ...args] = process.argv.slice(2);
const began = Date.now();
const say = (text) => console.error(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);
const windows = process.platform === 'win32';

const fits = (version) => {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major === WANTED.major && minor >= WANTED.minor;
};

const versionOf = (node) => {
  try {
    return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  } catch {
    return 'v0.0';
  }
};

const npm = (npmArgs, node) =>
  execFileSync(windows ? 'npm.cmd' : 'npm', npmArgs, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: windows,
    env: { ...process.env, PATH: [...(node ? [dirname(node)] : []), process.env.PATH].join(delimiter) },
  });

const own = join(root, '.sluice', 'node', 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');

/** A Node that fits; undefined when none is there yet. */
const knownNode = () =>
  [process.execPath, own].find((node) => fits(node === process.execPath ? process.version : versionOf(node)));

const installNode = () => {
  say(
    `Node ${process.version} runs this; Sluice needs ${WANTED.major}.${WANTED.minor} or newer. Installing it for this checkout only.`,
  );
  mkdirSync(dirname(dirname(dirname(dirname(own)))), { recursive: true });
  npm([
    'install',
    '--prefix',
    join(root, '.sluice', 'node'),
    '--no-save',
    '--no-fund',
    '--no-audit',
    '--loglevel',
    'error',
    `node@${WANTED.major}`,
  ]);
  if (!fits(versionOf(own)))
    throw new Error(`installing Node ${WANTED.major} did not work; install it by hand and run this again`);
  return own;
};

const installedMark = join(root, 'node_modules', '.sluice-installed');
const wantedPackages = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
const hasPackages = () => existsSync(installedMark) && readFileSync(installedMark, 'utf8') === wantedPackages();

const installPackages = (node) => {
  say('Installing packages (npm ci)');
  npm(['ci', '--no-fund', '--no-audit', '--loglevel', 'error'], node);
  writeFileSync(installedMark, wantedPackages());
};

/** Node and packages, installed where they are missing: by one command at a time, since two would tear each other's files. */
const prepare = async (needsPackages) => {
  const isReady = () => knownNode() !== undefined && (!needsPackages || hasPackages());
  if (isReady()) return knownNode();
  const onWait = ({ purpose, pid }) =>
    say(`\`${purpose}\` (pid ${pid}) is installing in this checkout; waiting for it`);
  return withLock(join(root, '.sluice', 'locks', 'packages'), { purpose: `npm ${command}`, onWait }, async () => {
    const node = knownNode() ?? installNode();
    if (needsPackages && !hasPackages()) installPackages(node);
    return node;
  });
};

const isInstalled = existsSync(join(root, 'node_modules', '@sluice', 'tooling'));
// `npx sluice` comes out of node_modules, which must not be installed anew under it.
const needsPackages = command !== 'stop' && !(command === 'playbook' && isInstalled);
try {
  const node = await prepare(needsPackages);
  // The fault harness stands on the tooling, and so its command can't lie there.
  const home = command === 'chaos' ? 'chaos' : 'tooling';
  const script = join(root, 'libs', home, 'src', 'commands', `${command}.ts`);
  if (!existsSync(script))
    throw new Error(
      `there is no command "${command ?? ''}"; \`npx sluice playbook\` says what it can do, README.md has the others`,
    );
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', script, ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) },
  });
  // The terminal sends its signals to the whole group; the command decides what they mean.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => (signal === 'SIGINT' ? undefined : child.kill(signal)));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
} catch (error) {
  say(`Could not prepare the checkout: ${error.message}`);
  process.exit(1);
}
