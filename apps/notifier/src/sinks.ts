import { createSlackConnector, createSmtpConnector, createWebhookConnector, type Connector } from '@sluice/connectors';
import type { EffectKind } from '@sluice/contracts';
import type { NotifierConfig } from './config.ts';
import type { LaneTerms } from './domain/lane-pace.ts';
import type { Terms } from './domain/next-step.ts';
import type { LaneBacklog } from './ports/ledger.port.ts';

const FAILURES_BEFORE_REST = 5;
const MOST_QUESTIONS = 10;
const MOST_SHOWN = 10;
const MS_PER_HOUR = 3_600_000;
/** A lease outlives the call it is for by this much: a receipt can still be stored through a short absence of the database. */
const LEASE_MARGIN_MS = 10_000;

/** The providers this deployment has credentials for. A shadow deployment has none, and so can't act whatever it is told. */
export const connectorsOf = (config: NotifierConfig): readonly Connector[] => {
  const {
    SLUICE_SLACK_TOKEN: token,
    SLUICE_SLACK_API_URL: apiUrl,
    SLUICE_WEBHOOK_URL: url,
    SLUICE_WEBHOOK_SECRET: secrets,
    SLUICE_SMTP_URL: smtpUrl,
    SLUICE_MAIL_FROM: from,
    SLUICE_MAIL_SANDBOX: sandbox = null,
    SLUICE_SINK_TIMEOUT_MS: timeoutMs,
  } = config;
  return [
    ...(token
      ? [
          createSlackConnector({
            token: token.reveal(),
            timeoutMs,
            buttons: config.SLUICE_SLACK_BUTTONS,
            ...(apiUrl ? { apiUrl } : {}),
          }),
        ]
      : []),
    ...(url && secrets
      ? [
          createWebhookConnector({
            url,
            secret: secrets.reveal().split(/\s+/),
            timeoutMs,
            publicOnly: config.SLUICE_WEBHOOK_PUBLIC_ONLY,
          }),
        ]
      : []),
    ...(smtpUrl && from ? [createSmtpConnector({ url: smtpUrl.reveal(), from, sandbox, timeoutMs })] : []),
  ];
};

const WITHOUT: Readonly<Record<EffectKind, string>> = {
  'slack.message': 'no token: set SLUICE_SLACK_TOKEN; until then every message is settled as skipped',
  'webhook.delivery':
    'no address or no secret: set SLUICE_WEBHOOK_URL and SLUICE_WEBHOOK_SECRET; until then every delivery is settled as skipped',
  'mail.reply':
    'no mail server or no sender: set SLUICE_SMTP_URL and SLUICE_MAIL_FROM; until then nobody is answered by mail, and each answer is settled as skipped',
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

const pacesOf = (config: NotifierConfig): Readonly<Record<EffectKind, Pace>> => {
  const atOnce = (perSecond: number) => ({ perSecond, burst: Math.max(1, Math.ceil(perSecond)) });
  return {
    'slack.message': { perSecond: config.SLUICE_SLACK_PER_SECOND, burst: config.SLUICE_SLACK_BURST },
    'webhook.delivery': atOnce(config.SLUICE_WEBHOOK_PER_SECOND),
    'mail.reply': atOnce(config.SLUICE_MAIL_PER_SECOND),
  };
};

export const laneTermsOf = (config: NotifierConfig): ((kind: string) => LaneTerms) => {
  const paces = new Map<string, Pace>(Object.entries(pacesOf(config)));
  return (kind) => ({
    concurrency: config.SLUICE_LANE_CONCURRENCY,
    ...(paces.get(kind) ?? ANY_PACE),
    breaker: { failures: FAILURES_BEFORE_REST, restMs: config.SLUICE_SINK_REST_MS },
  });
};

/** Longer than any call of these connectors. */
export const leaseMsOf = (connectors: readonly Connector[]): number =>
  Math.max(0, ...connectors.map(({ timeoutMs }) => timeoutMs)) + LEASE_MARGIN_MS;
