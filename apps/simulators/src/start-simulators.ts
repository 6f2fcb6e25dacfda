import { controlSimulators, type SimulatorControls } from './control-simulators.ts';
import { startServer } from './start-server.ts';

/** The secret of the demo's webhook sink. Known to everyone: it protects nothing. */
export const DEMO_WEBHOOK_SECRET = `whsec_${Buffer.from('sluice-demo-webhook-secret').toString('base64')}`;

export interface RunningSimulators extends SimulatorControls {
  readonly webhookSecret: string;
  close(): Promise<void>;
}

/** Starts all simulators in this process, on a free port of the loopback interface unless told otherwise. */
export const startSimulators = async (
  options: { readonly port?: number; readonly host?: string; readonly webhookSecret?: string } = {},
): Promise<RunningSimulators> => {
  const { port = 0, host = '127.0.0.1', webhookSecret = DEMO_WEBHOOK_SECRET } = options;
  const app = await startServer({ host, port, webhookSecret });
  const address = app.server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    ...controlSimulators(`http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${actualPort}`),
    webhookSecret,
    close: () => app.close(),
  };
};
