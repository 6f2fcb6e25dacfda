import { Controller, Get, Inject, Res } from '@nestjs/common';
import { currentTelemetry } from '@sluice/telemetry';
import type { FastifyReply } from 'fastify';
import { SERVICE_PARTS, type ServiceParts } from './service-parts.ts';

interface Finding {
  readonly name: string;
  readonly ready: boolean;
  readonly reason: string | null;
  /** Shown, and not counted: the service can do its work without. */
  readonly optional?: boolean;
}

/** Those whose work only a new process can go on with. */
export const lostRunnables = ({ runnables }: ServiceParts): readonly (Finding & { readonly reason: string })[] =>
  runnables.flatMap((runnable) => {
    const { ready, reason, restart } = runnable.health();
    return restart ? [{ name: runnable.name, ready, reason: reason ?? 'lost' }] : [];
  });

/** Liveness asks nothing of the world, and fails only where a new process could go on and this one can't; readiness says what is missing; both stay answerable while the service drains. */
@Controller()
export class HealthController {
  readonly #parts: ServiceParts;

  constructor(@Inject(SERVICE_PARTS) parts: ServiceParts) {
    this.#parts = parts;
  }

  @Get(['healthz', 'health'])
  async live(@Res() reply: FastifyReply): Promise<void> {
    const lost = lostRunnables(this.#parts);
    await reply
      .status(lost.length === 0 ? 200 : 503)
      .send(lost.length === 0 ? { status: 'ok' } : { status: 'lost', findings: lost });
  }

  @Get('readyz')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const { runnables, servesWithoutRunnables = false } = this.#parts;
    const runners = runnables.map((runnable): Finding => ({
      name: runnable.name,
      ...runnable.health(),
      ...(servesWithoutRunnables ? { optional: true } : {}),
    }));
    const checks = await Promise.all(
      this.#parts.checks.map(async ({ name, check }): Promise<Finding> => {
        const answer = await check().catch(() => false);
        return { name, ready: answer === true, reason: answer === true ? null : answer || 'does not answer' };
      }),
    );
    const findings = [...runners, ...checks];
    const isReady = findings.every(({ ready, optional }) => ready || optional);
    await reply
      .status(isReady ? 200 : 503)
      .send({ status: isReady ? 'ready' : 'unready', findings, notes: this.#parts.notes?.() ?? {} });
  }

  @Get('metrics')
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    await reply
      .header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      .send((await currentTelemetry()?.scrape()) ?? '');
  }
}
