import { parseArgs } from 'node:util';

export interface StartOptions {
  readonly detach: boolean;
  readonly samples: boolean;
  /** Replicas by service. */
  readonly scale: Readonly<Record<string, number>>;
  readonly infra: string | undefined;
}

const scaleOf = (wishes: readonly string[], services: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    wishes.map((wish) => {
      const [name = '', count = ''] = wish.split('=');
      if (!/^\d+$/.test(count))
        throw new Error(`--scale ${wish}: write <service>=<number of replicas>, as in --scale ${services[0]}=2`);
      if (!services.includes(name))
        throw new Error(`--scale ${wish}: there is no service ${name}; there are ${services.join(', ')}`);
      return [name, Number(count)];
    }),
  );

/** Reads the arguments of `npm start`. @throws Error naming the one that is wrong, and what is right */
export const readStartOptions = (args: readonly string[], services: readonly string[]): StartOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      detach: { type: 'boolean', default: false },
      scale: { type: 'string', multiple: true, default: [] },
      samples: { type: 'boolean', default: true },
      infra: { type: 'string' },
    },
    allowNegative: true,
  });
  return {
    detach: values.detach,
    samples: values.samples,
    infra: values.infra,
    scale: scaleOf(values.scale, services),
  };
};
