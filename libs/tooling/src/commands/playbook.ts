import { runPlaybookCommand } from '../playbook/run-playbook-command.ts';
import { readRunFile } from '../stack/run-file.ts';
import { stateDir } from './checkout.ts';

const started = () => {
  const run = readRunFile(stateDir);
  const [api] = run?.services['api'] ?? [];
  return run && api ? { url: api.url, key: run.secrets.apiKey } : null;
};

process.exitCode = await runPlaybookCommand(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  started,
  say: (line) => console.log(line),
  complain: (line) => console.error(line),
});
