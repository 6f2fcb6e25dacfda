import { join } from 'node:path';
import { environmentOf, type Addresses } from './addresses.ts';
import type { Secrets } from './run-file.ts';
import { vendorSettings } from './vendor-settings.ts';

/** Known to everyone who reads this: it protects the demo's webhook sink, which holds nothing. */
const DEMO_WEBHOOK_SECRET = `whsec_${Buffer.from('sluice-demo-webhook-secret').toString('base64')}`;

/** The same of its Slack app. */
export const DEMO_SLACK_SECRET = 'sluice-demo-slack-signing-secret';

export interface StackEnvironment {
  readonly root: string;
  readonly addresses: Addresses;
  readonly secrets: Secrets;
  /** Base address of the simulators; the services then talk to them instead of the vendors. */
  readonly simulatorsUrl: string;
  /** Where the simulated mail server listens. */
  readonly smtpUrl: string;
  /** Added last: wins over everything. */
  readonly extra: Readonly<Record<string, string>>;
}

/** What every service is given on one machine, with the simulators as the outside world. */
export const stackEnvironment = ({
  root,
  addresses,
  secrets,
  simulatorsUrl,
  smtpUrl,
  extra,
}: StackEnvironment): Readonly<Record<string, string>> => ({
  ...environmentOf(addresses),
  SLUICE_PLAYBOOKS_DIR: join(root, 'playbooks'),
  SLUICE_BRAND: 'default',
  SLUICE_CONTACT_SECRET: `contact-${secrets.intakeHmac}`,
  SLUICE_INTAKE_SECRETS: secrets.intakeHmac,
  SLUICE_ADMIN_BEARER_TOKEN: secrets.apiKey,
  SLUICE_API_KEYS: `${secrets.apiKey}:inquiries:read+inquiries:content+inquiries:command+dlq:read+dlq:replay+ops:read+pools:write+switches:write+playbooks:read+playbooks:write+playbooks:activate`,
  SLUICE_MODEL_BASE_URL: `${simulatorsUrl}/openai/v1`,
  SLUICE_MODEL_API_KEY: 'simulated',
  SLUICE_FIRMOGRAPHICS_URL: `${simulatorsUrl}/firmographics`,
  SLUICE_WEBSITE_BASE_URL: `${simulatorsUrl}/website`,
  SLUICE_SLACK_API_URL: `${simulatorsUrl}/slack/api/`,
  SLUICE_SLACK_TOKEN: 'xoxb-simulated',
  SLUICE_SLACK_BUTTONS: 'true',
  SLUICE_SLACK_SIGNING_SECRET: DEMO_SLACK_SECRET,
  SLUICE_SLACK_RESPONSE_ORIGIN: simulatorsUrl,
  // Slack's own bound of about one message per second and channel is not the simulator's.
  SLUICE_SLACK_PER_SECOND: '1000',
  SLUICE_SLACK_BURST: '1000',
  SLUICE_SMTP_URL: smtpUrl,
  SLUICE_MAIL_FROM: 'Sluice demo <hello@sluice.example>',
  SLUICE_MAIL_PER_SECOND: '1000',
  // The same samples are sent by each start.
  SLUICE_ANSWERS_A_DAY: '1000',
  SLUICE_WEBHOOK_URL: `${simulatorsUrl}/webhook`,
  SLUICE_WEBHOOK_SECRET: DEMO_WEBHOOK_SECRET,
  ...vendorSettings(simulatorsUrl),
  ...extra,
});
