import { fastify, type FastifyInstance } from 'fastify';
import { activecampaignSimulator } from './activecampaign/activecampaign.simulator.ts';
import { gmailSimulator } from './gmail/gmail.simulator.ts';
import { graphSimulator } from './graph/graph.simulator.ts';
import { sendgridSimulator } from './sendgrid/sendgrid.simulator.ts';
import { intercomSimulator } from './intercom/intercom.simulator.ts';
import { salesforceSimulator } from './salesforce/salesforce.simulator.ts';
import { twilioSimulator } from './twilio/twilio.simulator.ts';
import { mailchimpSimulator } from './mailchimp/mailchimp.simulator.ts';
import { pipedriveSimulator } from './pipedrive/pipedrive.simulator.ts';
import { airtableSimulator } from './airtable/airtable.simulator.ts';
import { freshdeskSimulator } from './freshdesk/freshdesk.simulator.ts';
import { helpscoutSimulator } from './helpscout/helpscout.simulator.ts';
import { controlRoutes } from './desk/control-routes.ts';
import { createDesk, type Simulator } from './desk/desk.ts';
import { smtpSimulator } from './smtp/smtp.simulator.ts';
import { watchRequests } from './desk/watch-requests.ts';
import { firmographicsSimulator } from './firmographics/firmographics.simulator.ts';
import { hubspotSimulator } from './hubspot/hubspot.simulator.ts';
import { openAiSimulator } from './openai/openai.simulator.ts';
import { slackSimulator } from './slack/slack.simulator.ts';
import { webhookSimulator } from './webhook/webhook.simulator.ts';
import { websiteSimulator } from './website/website.simulator.ts';
import { zendeskSimulator } from './zendesk/zendesk.simulator.ts';

export const simulatorNames = [
  'openai',
  'slack',
  'webhook',
  'firmographics',
  'website',
  'smtp',
  'hubspot',
  'zendesk',
  'airtable',
  'freshdesk',
  'helpscout',
  'pipedrive',
  'mailchimp',
  'activecampaign',
  'twilio',
  'salesforce',
  'intercom',
  'sendgrid',
  'gmail',
  'graph',
] as const;
export type SimulatorName = (typeof simulatorNames)[number];

export interface ServerOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** What the webhook sink's senders sign with: `whsec_` and base64. */
  readonly webhookSecret: string;
}

const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

const install = async (app: FastifyInstance, simulator: Simulator, host: string): Promise<void> => {
  const desk = createDesk();
  await simulator.start?.(host, desk);
  app.addHook('onClose', async () => simulator.stop?.());
  void app.register(
    async (scope) => {
      watchRequests(scope, desk);
      simulator.routes(scope, desk);
    },
    { prefix: `/${simulator.name}` },
  );
  void app.register(
    async (scope) => {
      controlRoutes(scope, desk);
      simulator.controls?.(scope);
    },
    { prefix: `/__sim/${simulator.name}` },
  );
};

/** One HTTP server with all simulators, each below its own name. */
export const startServer = async ({ host, port, webhookSecret }: ServerOptions): Promise<FastifyInstance> => {
  const website = websiteSimulator();
  const simulators = [
    openAiSimulator(),
    slackSimulator(),
    webhookSimulator(webhookSecret),
    firmographicsSimulator(),
    website,
    smtpSimulator(),
    hubspotSimulator(),
    zendeskSimulator(),
    airtableSimulator(),
    freshdeskSimulator(),
    helpscoutSimulator(),
    pipedriveSimulator(),
    mailchimpSimulator(),
    activecampaignSimulator(),
    twilioSimulator(),
    salesforceSimulator(),
    intercomSimulator(),
    sendgridSimulator(),
    gmailSimulator(),
    graphSimulator(),
  ];
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    // A request that the schedule leaves without an answer must not keep the process from stopping.
    forceCloseConnections: true,
    rewriteUrl: ({ url = '/', headers }) => {
      const name = (headers.host ?? '').replace(/:\d+$/, '');
      if (website.isHost(name)) return `/website/${name}${url}`;
      // Zendesk takes every path with and without it.
      return url.startsWith('/zendesk/') ? url.replace(/\.json(?=\?|$)/u, '') : url;
    },
  });
  app.get('/healthz', async () => ({ status: 'up' }));
  app.get('/readyz', async () => ({ status: 'ready', simulators: simulatorNames }));
  for (const simulator of simulators) await install(app, simulator, host);
  await app.listen({ host, port });
  return app;
};
