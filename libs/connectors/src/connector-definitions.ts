import { activecampaign } from './activecampaign/activecampaign.connector.ts';
import { airtable } from './airtable/airtable.connector.ts';
import { freshdesk } from './freshdesk/freshdesk.connector.ts';
import { gmail } from './gmail/gmail.connector.ts';
import { graph } from './graph/graph.connector.ts';
import { helpScout } from './help-scout/help-scout.connector.ts';
import { hubspot } from './hubspot/hubspot.connector.ts';
import { intercom } from './intercom/intercom.connector.ts';
import { mailchimp } from './mailchimp/mailchimp.connector.ts';
import { pipedrive } from './pipedrive/pipedrive.connector.ts';
import { salesforce } from './salesforce/salesforce.connector.ts';
import { sendgrid } from './sendgrid/sendgrid.connector.ts';
import { twilio } from './twilio/twilio.connector.ts';
import { zendesk } from './zendesk/zendesk.connector.ts';
import type { ConnectorDefinition } from './vendor/define-connector.ts';

/** Every provider that a deployment can be connected to by its settings alone. One line for each folder. */
export const connectorDefinitions: readonly ConnectorDefinition[] = [
  activecampaign,
  airtable,
  freshdesk,
  gmail,
  graph,
  helpScout,
  hubspot,
  intercom,
  mailchimp,
  pipedrive,
  salesforce,
  sendgrid,
  twilio,
  zendesk,
];
