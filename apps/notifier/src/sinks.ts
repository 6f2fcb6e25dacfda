import {
  connectorDefinitions,
  createSlackConnector,
  createSmtpConnector,
  createWebhookConnector,
  SANDBOX,
  type Connector,
  type InstalledConnector,
} from '@sluice/connectors';
import type { EffectKind } from '@sluice/contracts';
import type { NotifierConfig } from './config.ts';
import type { EffectMode } from './domain/effect-mode.ts';
import type { LaneTerms } from './domain/lane-pace.ts';
import { laneOf } from './domain/lane-of.ts';
import type { Terms } from './domain/next-step.ts';
import type { LaneBacklog } from './ports/ledger.port.ts';

const FAILURES_BEFORE_REST = 5;
const MOST_QUESTIONS = 10;
const MOST_SHOWN = 10;
const MS_PER_HOUR = 3_600_000;
/** A lease outlives the call it is for by this much: a receipt can still be stored through a short absence of the database. */
const LEASE_MARGIN_MS = 10_000;

const slackOf = (config: NotifierConfig): readonly InstalledConnector[] => {
  const { SLUICE_SLACK_TOKEN: token, SLUICE_SLACK_API_URL: apiUrl, SLUICE_SINK_TIMEOUT_MS: timeoutMs } = config;
  if (!token) return [];
  const connector = createSlackConnector({
    token: token.reveal(),
    timeoutMs,
    buttons: config.SLUICE_SLACK_BUTTONS,
    ...(apiUrl ? { apiUrl } : {}),
  });
  return [{ ...connector, provider: null, environment: null }];
};

const webhookOf = (config: NotifierConfig): readonly InstalledConnector[] => {
  const { SLUICE_WEBHOOK_URL: url, SLUICE_WEBHOOK_SECRET: secrets, SLUICE_SINK_TIMEOUT_MS: timeoutMs } = config;
  if (!url || !secrets) return [];
  const connector = createWebhookConnector({
    url,
    secret: secrets.reveal().split(/\s+/),
    timeoutMs,
    publicOnly: config.SLUICE_WEBHOOK_PUBLIC_ONLY,
  });
  return [{ ...connector, provider: null, environment: null }];
};

const smtpOf = (config: NotifierConfig): readonly InstalledConnector[] => {
  const { SLUICE_SMTP_URL: url, SLUICE_MAIL_FROM: from, SLUICE_MAIL_SANDBOX: sandbox = null } = config;
  if (!url || !from) return [];
  const connector = createSmtpConnector({
    url: url.reveal(),
    from,
    sandbox,
    timeoutMs: config.SLUICE_SINK_TIMEOUT_MS,
  });
  return [{ ...connector, provider: 'smtp', environment: null }];
};

/** What this deployment has credentials for. A shadow deployment has none, and so can't act whatever it is told. */
export const connectorsOf = async (config: NotifierConfig): Promise<readonly InstalledConnector[]> => {
  const installed = connectorDefinitions.map((one) =>
    one.install(config, { timeoutMs: config.SLUICE_SINK_TIMEOUT_MS }),
  );
  return [...slackOf(config), ...webhookOf(config), ...smtpOf(config), ...(await Promise.all(installed)).flat()];
};

/** Which of them performs an effect; undefined where none can. */
export const connectorFor = (
  connectors: readonly InstalledConnector[],
  { kind, target, mode }: { readonly kind: EffectKind; readonly target: string; readonly mode: EffectMode },
): InstalledConnector | undefined =>
  connectors.find(
    (one) =>
      one.kind === kind &&
      (one.provider === null || one.provider === target) &&
      (one.environment === null || one.environment === mode),
  );

/** What stands in for a target in the sandbox. A record goes to the same provider's sandbox, in a lane of its own. */
export const sandboxOf =
  (config: NotifierConfig): ((kind: EffectKind, target: string) => string) =>
  (kind, target) => {
    if (kind === 'slack.message') return config.SLUICE_SLACK_SANDBOX;
    if (kind === 'webhook.delivery') return config.SLUICE_WEBHOOK_SANDBOX;
    return kind === 'mail.reply' ? SANDBOX : `${target}-${SANDBOX}`;
  };

const noProvider = (what: string): string =>
  `no provider is connected: set its SLUICE_<PROVIDER>_… (libs/connectors/README.md); until then ${what} is settled as skipped`;

const WITHOUT: Readonly<Record<EffectKind, string>> = {
  'slack.message': 'no token: set SLUICE_SLACK_TOKEN; until then every message is settled as skipped',
  'webhook.delivery':
    'no address or no secret: set SLUICE_WEBHOOK_URL and SLUICE_WEBHOOK_SECRET; until then every delivery is settled as skipped',
  'mail.reply':
    'no mail server or no sender: set SLUICE_SMTP_URL and SLUICE_MAIL_FROM; until then nobody is answered by mail, and each answer is settled as skipped',
  'crm.upsert': noProvider('every record for a CRM'),
  'helpdesk.ticket': noProvider('every ticket'),
  'table.row': noProvider('every row'),
  'marketing.enrol': noProvider('every enrolment'),
  'sms.message': noProvider('every short message'),
};

/** What notes of `/readyz` say of kinds that this deployment can't perform. */
export const missingNotes = (connectors: readonly Connector[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(WITHOUT).filter(([kind]) => !connectors.some((connector) => connector.kind === kind)),
  );

/** What a note of `/readyz` says of effects that wait after a call or a question: where, and for what. */
export const waitingNote = (backlog: readonly LaneBacklog[]): string => {
  const waiting = backlog.flatMap(({ lane, waiting: of }) =>
    of === null ? [] : [`${of.effects} of ${lane}: ${of.reason}`],
  );
  const more = waiting.length > MOST_SHOWN ? [`and ${waiting.length - MOST_SHOWN} more lanes`] : [];
  return [...waiting.slice(0, MOST_SHOWN), ...more].join('; ') || 'none';
};

export const termsOf = (config: NotifierConfig): Terms => ({
  maxTries: config.SLUICE_SINK_TRIES,
  maxAsks: MOST_QUESTIONS,
  baseMs: config.SLUICE_SINK_BACKOFF_MS,
  capMs: config.SLUICE_SINK_BACKOFF_MAX_MS,
  graceMs: config.SLUICE_SINK_GRACE_MS,
  giveUpMs: config.SLUICE_SINK_GIVE_UP_HOURS * MS_PER_HOUR,
  mendMs: config.SLUICE_SINK_MEND_HOURS * MS_PER_HOUR,
});

type Pace = Pick<LaneTerms, 'perSecond' | 'burst'>;
/** Of a lane that another version has planned, and this one has no connector for: what is in it is only skipped. */
const ANY_PACE: Pace = { perSecond: 1, burst: 1 };

const atOnce = (perSecond: number): Pace => ({ perSecond, burst: Math.max(1, Math.ceil(perSecond)) });

const pacesOf = (config: NotifierConfig): Readonly<Record<string, Pace>> => ({
  'slack.message': { perSecond: config.SLUICE_SLACK_PER_SECOND, burst: config.SLUICE_SLACK_BURST },
  'webhook.delivery': atOnce(config.SLUICE_WEBHOOK_PER_SECOND),
  'mail.reply': atOnce(config.SLUICE_MAIL_PER_SECOND),
  ...Object.fromEntries(
    connectorDefinitions.flatMap(({ provider, kinds, perSecond }) =>
      kinds.flatMap((kind) =>
        ['', `-${SANDBOX}`].map((place) => [laneOf(kind, provider + place), atOnce(perSecond)] as const),
      ),
    ),
  ),
});

/** By lane: what its provider allows, or else what its kind does. */
export const laneTermsOf = (config: NotifierConfig): ((lane: string) => LaneTerms) => {
  const paces = new Map<string, Pace>(Object.entries(pacesOf(config)));
  return (lane) => ({
    concurrency: config.SLUICE_LANE_CONCURRENCY,
    ...(paces.get(lane) ?? paces.get(lane.split('/')[0] ?? '') ?? ANY_PACE),
    breaker: { failures: FAILURES_BEFORE_REST, restMs: config.SLUICE_SINK_REST_MS },
  });
};

/** Longer than any call of these connectors. */
export const leaseMsOf = (connectors: readonly Connector[]): number =>
  Math.max(0, ...connectors.map(({ timeoutMs }) => timeoutMs)) + LEASE_MARGIN_MS;
