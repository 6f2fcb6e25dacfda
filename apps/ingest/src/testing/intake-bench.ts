import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { inquiryRaw, type InquiryRaw } from '@sluice/contracts';
import { systemClock, TransientError, type PlaybookHash } from '@sluice/kernel';
import type { Playbook } from '@sluice/policy';
import { loadPlaybooks } from '@sluice/policy/files';
import { SERVICE_PARTS, startService } from '@sluice/service';
import type { ProducedRecord } from '@sluice/stage';
import { plainCodec } from '@sluice/stage/testing';
import type { IngestConfig } from '../config.ts';
import { createIntake } from '../http/accept-inquiry.ts';
import { createAnswerOnce } from '../http/answer-once.ts';
import { configureIntake } from '../http/configure-intake.ts';
import { createFacadeGate } from '../http/facades/facade-gate.ts';
import { FACADE_GATE, LeadFacadesController } from '../http/facades/lead-facades.controller.ts';
import { MailFacadesController } from '../http/facades/mail-facades.controller.ts';
import { createGatekeeper } from '../http/gatekeeper.ts';
import { ANSWER_ONCE, GATEKEEPER, INTAKE, IntakeController } from '../http/intake.controller.ts';
import type { KeyedAnswer } from '../ports/receipts.port.ts';

const SECRET = 'of the sender';
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
  receipts: new Set<string>(),
  brokerIsAway: false,
  left: 100,
  keys: new Map<string, { fingerprint: string; body?: unknown }>(),
  /** The playbook in force for a source: as this checkout activates them. */
  playbookFor: activeFor,
});
type World = ReturnType<typeof makeWorld>;

const intakeOf = (world: World) =>
  createIntake({
    brand: 'default',
    clock: systemClock,
    codec: plainCodec(),
    transport: {
      publish: async (records) => {
        if (world.brokerIsAway) throw new TransientError('publishing: not acknowledged');
        world.published.push(...records);
      },
    },
    blobs: {
      put: async (bytes) => {
        const name = String(world.blobs.size).padStart(64, '0');
        world.blobs.set(name, bytes);
        return name;
      },
      get: async () => null,
    },
    receipts: {
      has: async (id) => world.receipts.has(id),
      add: async (id) => {
        world.receipts.add(id);
      },
    },
  });

const keysOf = ({ keys }: World) => ({
  begin: async (key: string, fingerprint: string): Promise<KeyedAnswer> => {
    const known = keys.get(key);
    if (!known) {
      keys.set(key, { fingerprint });
      return { kind: 'new' };
    }
    if (known.fingerprint !== fingerprint) return { kind: 'other-body' };
    return known.body === undefined ? { kind: 'in-progress' } : { kind: 'answered', body: known.body };
  },
  finish: async (key: string, body: unknown) => {
    keys.set(key, { fingerprint: keys.get(key)?.fingerprint ?? '', body });
  },
  release: async (key: string) => {
    keys.delete(key);
  },
});

@Module({})
class BenchModule {}

const config = {
  SLUICE_HTTP_PORT: 0,
  SLUICE_HTTP_HOST: '127.0.0.1',
  SLUICE_LOG_LEVEL: 'error',
  SLUICE_MAX_BODY_BYTES: 100_000,
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
  const gatekeeper = createGatekeeper({ secrets: [SECRET], limiter, windowSeconds: 60, clock: systemClock });
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
      bodyLimit: ({ SLUICE_MAX_BODY_BYTES }) => SLUICE_MAX_BODY_BYTES,
      createModule: () => ({
        module: BenchModule,
        controllers: [IntakeController, LeadFacadesController, MailFacadesController],
        exports: [SERVICE_PARTS],
        providers: [
          { provide: SERVICE_PARTS, useValue: { runnables: [], checks: [], close: async () => undefined } },
          { provide: INTAKE, useValue: intakeOf(world) },
          { provide: GATEKEEPER, useValue: gatekeeper },
          {
            provide: FACADE_GATE,
            useValue: createFacadeGate({ brand: 'default', playbooks: source, gatekeeper, tokens: [TOKEN] }),
          },
          { provide: ANSWER_ONCE, useValue: createAnswerOnce(keysOf(world)) },
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
      Object.assign(world, { brokerIsAway: false, left: 100, playbookFor: activeFor });
      world.published.length = 0;
      for (const kept of [world.blobs, world.receipts, world.keys]) kept.clear();
    },
  };
};
