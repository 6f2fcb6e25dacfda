import { createHash, createHmac } from 'node:crypto';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { inquiryRaw, type InquiryRaw } from '@sluice/contracts';
import { systemClock, TransientError, type PlaybookHash } from '@sluice/kernel';
import type { Playbook } from '@sluice/policy';
import { loadPlaybooks } from '@sluice/policy/files';
import { Secret } from '@sluice/kernel';
import { SERVICE_PARTS, startService } from '@sluice/service';
import { RefusedRecordsError, type ProducedRecord } from '@sluice/stage';
import { plainCodec } from '@sluice/stage/testing';
import { createMailReader } from '../adapters/postal-mime-reader.adapter.ts';
import type { IngestConfig } from '../config.ts';
import { createIntake } from '../http/accept-inquiry.ts';
import { createAnswerOnce } from '../http/answer-once.ts';
import { createBestEffort } from '../http/best-effort.ts';
import { configureIntake } from '../http/configure-intake.ts';
import { createFacadeGate } from '../http/facades/facade-gate.ts';
import { LeadFacadesController } from '../http/facades/lead-facades.controller.ts';
import { MailFacadesController } from '../http/facades/mail-facades.controller.ts';
import { createGatekeeper } from '../http/gatekeeper.ts';
import { INTAKE_PARTS, type IntakeParts } from '../http/intake-parts.ts';
import { IntakeController } from '../http/intake.controller.ts';
import { createRefusalCount, type RefusalCount } from '../http/refusal-count.ts';
import type { SenderKey } from '../http/sender-keys.ts';
import type { IdempotencyKeys, Receipts } from '../ports/receipts.port.ts';
import {
  memoryIdempotencyKeys,
  memoryReceipts,
  type KnownKeys,
  type KnownReceipts,
  type KnownWindows,
} from './memory-receipts.ts';

const SECRET = 'of the sender';
const OF_ONE_SOURCE = 'of one source';
const TOKEN = 'change-me-very-secret';

const { playbooks, activations } = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', '..', 'playbooks'));
const activeFor = (source: string): Playbook => {
  const hash = (activations.find((one) => one.source === source) ?? activations.find((one) => one.source === '*'))
    ?.hash;
  const found = playbooks.find((one) => one.hash === hash);
  if (!found) throw new Error(`no playbook is active for ${source}`);
  return found.playbook;
};

const makeWorld = () => ({
  published: [] as ProducedRecord[],
  blobs: new Map<string, Buffer>(),
  receipts: new Map() as KnownReceipts,
  windows: new Map() as KnownWindows,
  brokerIsAway: false,
  databaseIsAway: false,
  /** Which records the broker never takes. */
  refuses: (_records: readonly ProducedRecord[]): boolean => false,
  now: () => systemClock.now(),
  windowMinutes: 10,
  left: 100,
  keys: new Map() as KnownKeys,
  /** The playbook in force for a source: as this checkout activates them. */
  playbookFor: activeFor,
});
type World = ReturnType<typeof makeWorld>;

const asking = ({ databaseIsAway }: World): void => {
  if (databaseIsAway) throw new TransientError('asking Postgres: no connection');
};

/** As long as the database of receipts and keys is there. */
const whileThere =
  <Args extends readonly unknown[], Result>(world: World, act: (...args: Args) => Promise<Result>) =>
  async (...args: Args): Promise<Result> => {
    asking(world);
    return act(...args);
  };

const receiptsOf = (world: World): Receipts => {
  const { claim, openWindow, acknowledge } = memoryReceipts(world.receipts, world.windows);
  return {
    claim: whileThere(world, claim),
    openWindow: whileThere(world, openWindow),
    acknowledge: whileThere(world, acknowledge),
  };
};

const intakeOf = (world: World) =>
  createIntake({
    brand: 'default',
    clock: { now: () => world.now() },
    codec: plainCodec(),
    transport: {
      publish: async (records) => {
        if (world.brokerIsAway) throw new TransientError('publishing: not acknowledged');
        if (world.refuses(records))
          throw new RefusedRecordsError('publishing: the broker refuses', { reason: 'MESSAGE_TOO_LARGE' });
        world.published.push(...records);
      },
    },
    blobs: {
      put: async (bytes) => {
        const name = createHash('sha256').update(bytes).digest('hex');
        world.blobs.set(name, bytes);
        return name;
      },
      get: async () => null,
    },
    reader: createMailReader(),
    receipts: receiptsOf(world),
    memoryTerms: async () => ({ windowMinutes: world.windowMinutes, receiptDays: 400, rawDays: 30 }),
    bestEffort: createBestEffort({ restMs: 0 }),
  });

const keysOf = (world: World): IdempotencyKeys => {
  const { begin, finish, release } = memoryIdempotencyKeys(world.keys);
  return {
    begin: whileThere(world, begin),
    finish: whileThere(world, finish),
    release: whileThere(world, release),
  };
};

@Module({})
class BenchModule {}

const config = {
  SLUICE_HTTP_PORT: 0,
  SLUICE_HTTP_HOST: '127.0.0.1',
  SLUICE_LOG_LEVEL: 'error',
  SLUICE_MAX_INQUIRY_BYTES: 256 * 1024,
  SLUICE_MAX_MAIL_BYTES: 2_000_000,
  SLUICE_MAX_BATCH_BYTES: 1_000_000,
  SLUICE_MAX_BATCH_ROWS: 1_000,
} as IngestConfig;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface IntakeBench {
  readonly url: string;
  readonly world: World;
  readonly bearer: string;
  /** Posts a signed JSON body, unless the headers say otherwise; an empty header is left out. */
  send(path: string, body: Buffer | string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The raw events that the broker has, without the moment they came. */
  raw(): readonly Omit<InquiryRaw, 'receivedAt'>[];
  reset(): void;
  stop(): Promise<void>;
}

/** Intake over real HTTP, with a world that remembers. */
export const startIntakeBench = async (): Promise<IntakeBench> => {
  const world = makeWorld();
  const limiter = {
    consume: async () => ({
      allowed: (world.left -= 1) >= 0,
      limit: 100,
      remaining: Math.max(0, world.left),
      resetMs: 4_200,
      counted: 'local' as const,
    }),
    close: async () => undefined,
  };
  const refusals = (): RefusalCount => createRefusalCount({ most: 20, windowSeconds: 60, clock: systemClock });
  const counted = { current: refusals() };
  const key = (secret: string, sources: readonly string[] | null): SenderKey => ({
    secret: new Secret(secret),
    sources: sources && new Set(sources),
  });
  const gatekeeper = createGatekeeper({
    secrets: [key(SECRET, null), key(OF_ONE_SOURCE, ['web-form', 'mail'])],
    tokens: [key(TOKEN, null), key('of another source', ['other'])],
    limiter,
    windowSeconds: 60,
    refusals: {
      add: (address) => counted.current.add(address),
      secondsToWait: (address) => counted.current.secondsToWait(address),
    },
    clock: systemClock,
  });
  const source = {
    active: async ({ source: of }: { readonly source: string }) => ({
      hash: '' as PlaybookHash,
      playbook: world.playbookFor(of),
    }),
  };
  const { url, stop } = await startService(
    {
      name: 'ingest',
      readConfig: () => config,
      configure: configureIntake,
      bodyLimit: ({ SLUICE_MAX_INQUIRY_BYTES }) => SLUICE_MAX_INQUIRY_BYTES,
      createModule: () => ({
        module: BenchModule,
        controllers: [IntakeController, LeadFacadesController, MailFacadesController],
        exports: [SERVICE_PARTS],
        providers: [
          { provide: SERVICE_PARTS, useValue: { runnables: [], checks: [], close: async () => undefined } },
          {
            provide: INTAKE_PARTS,
            useValue: {
              gatekeeper,
              intake: intakeOf(world),
              gate: createFacadeGate({ brand: 'default', playbooks: source, gatekeeper }),
              answerOnce: createAnswerOnce(keysOf(world), createBestEffort({ restMs: 0 })),
              batchBounds: { rows: config.SLUICE_MAX_BATCH_ROWS, bytesOfRow: config.SLUICE_MAX_INQUIRY_BYTES },
            } satisfies IntakeParts,
          },
        ],
      }),
    },
    config,
  );

  return {
    url,
    stop,
    world,
    bearer: `Bearer ${TOKEN}`,
    async send(path, body, headers = {}) {
      const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
      const given = Object.entries({ 'content-type': 'application/json', 'x-signature': signature, ...headers }).filter(
        ([, value]) => value !== '',
      );
      const answer = await fetch(`${url}${path}`, {
        method: 'POST',
        body: Buffer.from(body),
        headers: Object.fromEntries(given),
      });
      return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
    },
    raw: () =>
      world.published.map(({ value }) => {
        const { receivedAt: _, ...rest } = inquiryRaw.v1.parse(JSON.parse(String(value)));
        return rest;
      }),
    reset() {
      const { published: _, blobs, receipts, windows, keys, ...usual } = makeWorld();
      Object.assign(world, usual);
      counted.current = refusals();
      world.published.length = 0;
      for (const kept of [world.blobs, world.receipts, world.windows, world.keys]) kept.clear();
    },
  };
};
