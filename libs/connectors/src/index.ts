export type {
  AttemptResult,
  Connector,
  Effect,
  Found,
  InstalledConnector,
  Made,
  OnUnknown,
  SinkCheck,
  SinkFault,
} from './ports/connector.port.ts';
export { SANDBOX } from './mail/prepare-mail.ts';
export { createSmtpConnector, type SmtpOptions } from './mail/smtp.connector.ts';
export { createSlackConnector, type SlackOptions } from './slack/slack.connector.ts';
export { createWebhookConnector, type WebhookOptions } from './webhook/webhook.connector.ts';
export { isFromSlack, readClick, type SlackAction, type SlackClick } from './slack/read-click.ts';
export { slackDate } from './slack/render-message.ts';
export { connectorDefinitions } from './connector-definitions.ts';
export type { ConnectorDefinition, SettingFault } from './vendor/define-connector.ts';
