import { z } from 'zod';
import { DEMO_WEBHOOK_SECRET } from './start-simulators.ts';

const environment = z.object({
  /** Port to listen on. */
  SLUICE_HTTP_PORT: z.coerce.number().int().min(0).max(65_535).default(7_080),
  /** Interface to listen on. */
  SLUICE_HTTP_HOST: z.string().min(1).default('127.0.0.1'),
  /** Secret of the webhook sink: `whsec_` and base64. Default: one that everyone knows. */
  SLUICE_WEBHOOK_SECRET: z.string().startsWith('whsec_').default(DEMO_WEBHOOK_SECRET),
});

/** @throws Error naming every key that does not fit, without its value. */
export const readConfig = (env: NodeJS.ProcessEnv = process.env) => {
  const result = environment.safeParse(env);
  if (!result.success)
    throw new Error(
      `reading the environment: ${result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
    );
  const { SLUICE_HTTP_PORT: port, SLUICE_HTTP_HOST: host, SLUICE_WEBHOOK_SECRET: webhookSecret } = result.data;
  return { port, host, webhookSecret };
};
