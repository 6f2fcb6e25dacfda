import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Runnable } from '@sluice/stage';

/** Hosts the stage runners as a Nest microservice: `listen` starts them, `close` drains them. */
export class StageStrategy extends Server implements CustomTransportStrategy {
  readonly #runnables: readonly Runnable[];

  constructor(runnables: readonly Runnable[]) {
    super();
    this.#runnables = runnables;
  }

  listen(callback: (error?: unknown) => void): void {
    Promise.all(this.#runnables.map((runnable) => runnable.start())).then(() => callback(), callback);
  }

  close(): Promise<void> {
    return Promise.all(this.#runnables.map((runnable) => runnable.drain())).then(() => undefined);
  }

  on(): void {}

  unwrap<Inner>(): Inner {
    throw new Error('unwrapping a stage strategy: there is no inner client');
  }
}
