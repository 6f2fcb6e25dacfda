import { readConfig } from './config.ts';
import { startSimulators } from './start-simulators.ts';

const simulators = await startSimulators(readConfig());
process.stdout.write(`${JSON.stringify({ level: 'info', msg: 'simulators are up', url: simulators.url })}\n`);

const stop = (): void => void simulators.close();
process.once('SIGTERM', stop).once('SIGINT', stop);
