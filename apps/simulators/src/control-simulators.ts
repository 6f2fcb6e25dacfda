import type { FaultSchedule, PlannedFault } from './desk/fault-plan.ts';
import type { JournalView } from './desk/journal.ts';
import type { SimulatedCompany } from './firmographics/companies.ts';
import type { ChannelState, SlackAccess } from './slack/workspace.ts';
import type { SimulatorName } from './start-server.ts';

/** What a test or an operator tells the simulators, over HTTP: works the same in this process and in another. */
export interface SimulatorControls {
  readonly url: string;
  /** Base address of one simulator: what a client of the real system is given instead. Slack's is its API URL, OpenAI's ends in /v1. */
  addressOf(name: SimulatorName): string;
  journal(name: SimulatorName, after?: number): Promise<JournalView>;
  clearJournal(name: SimulatorName): Promise<void>;
  setFaults(name: SimulatorName, schedule: FaultSchedule): Promise<readonly PlannedFault[]>;
  /** The schedule, and how often each line was used. */
  faults(name: SimulatorName): Promise<readonly PlannedFault[]>;
  clearFaults(name: SimulatorName): Promise<void>;
  setOutage(
    name: SimulatorName,
    outage: { readonly up: boolean; readonly how?: 'unavailable' | 'reset' },
  ): Promise<void>;
  seedAnswers(
    ref: string,
    answers: readonly {
      readonly content?: string | object | null;
      readonly refusal?: string;
      readonly finishReason?: string;
    }[],
  ): Promise<void>;
  /** Makes channels of Slack, or changes what state they are in. */
  addChannels(names: readonly string[], state?: ChannelState): Promise<void>;
  /** What Slack lets the token do; with nothing given, all that a notifier needs. */
  setSlackAccess(access?: Partial<SlackAccess>): Promise<void>;
  /** Where the mail server listens: what a client is given as its SMTP URL. */
  smtpUrl(): Promise<string>;
  /** Whether the mail server takes its user and password. */
  setSmtpAccess(access: { readonly credentials: boolean }): Promise<void>;
  /** Mailboxes that the mail server refuses, instead of those it refused so far. */
  refuseMailboxes(addresses: readonly string[]): Promise<void>;
  /** What a vendor's account holds, by type. */
  objects(name: SimulatorName): Promise<Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>>;
  forgetObjects(name: SimulatorName): Promise<void>;
  /** Whether a vendor refuses every credential. */
  refuseAccess(name: SimulatorName, refused: boolean): Promise<void>;
  setWebhookDedupe(dedupe: boolean): Promise<void>;
  addCompanies(companies: readonly SimulatedCompany[]): Promise<void>;
  addPages(
    pages: readonly { readonly host: string; readonly path?: string; readonly [field: string]: unknown }[],
  ): Promise<void>;
}

const PATHS: Partial<Record<SimulatorName, string>> = { slack: '/api/', openai: '/v1' };

export const controlSimulators = (url: string): SimulatorControls => {
  const ask = async <Answer>(
    path: string,
    init: { readonly method: string; readonly body?: unknown },
  ): Promise<Answer> => {
    const response = await fetch(`${url}/__sim/${path}`, {
      method: init.method,
      ...(init.body === undefined
        ? {}
        : { body: JSON.stringify(init.body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`controlling the simulators: ${init.method} ${path} answered ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  };
  const tell = (path: string, body: unknown) => ask<void>(path, { method: 'POST', body });
  const drop = (path: string) => ask<void>(path, { method: 'DELETE' });

  return {
    url,
    addressOf: (name) => `${url}/${name}${PATHS[name] ?? ''}`,
    journal: (name, after = 0) => ask(`${name}/journal?after=${after}`, { method: 'GET' }),
    clearJournal: (name) => drop(`${name}/journal`),
    setFaults: async (name, body) =>
      (await ask<{ faults: readonly PlannedFault[] }>(`${name}/faults`, { method: 'POST', body })).faults,
    faults: async (name) =>
      (await ask<{ faults: readonly PlannedFault[] }>(`${name}/faults`, { method: 'GET' })).faults,
    clearFaults: (name) => drop(`${name}/faults`),
    setOutage: (name, outage) => tell(`${name}/outage`, outage),
    seedAnswers: (ref, answers) => tell('openai/answers', { ref, answers }),
    addChannels: (names, state) => tell('slack/channels', { names, state }),
    setSlackAccess: (access = {}) => tell('slack/access', access),
    smtpUrl: async () => (await ask<{ url: string }>('smtp/address', { method: 'GET' })).url,
    setSmtpAccess: (access) => tell('smtp/access', access),
    refuseMailboxes: (addresses) => tell('smtp/refused', { addresses }),
    objects: (name) => ask(`${name}/objects`, { method: 'GET' }),
    forgetObjects: (name) => drop(`${name}/objects`),
    refuseAccess: (name, refused) => tell(`${name}/access`, { refused }),
    setWebhookDedupe: (dedupe) => tell('webhook/settings', { dedupe }),
    addCompanies: (companies) => tell('firmographics/companies', companies),
    addPages: (pages) => tell('website/pages', pages),
  };
};
