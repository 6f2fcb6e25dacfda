import { askDocker } from '../infra/docker.ts';
import { chooseInfrastructure, type Choice } from '../infra/choose.ts';
import { readState } from '../stack/run-file.ts';
import { ServerSet } from '../stack/server-set.ts';
import { root, stateDir } from './checkout.ts';

/** Where this checkout's servers come from. `wish` is what `--infra` says. @throws Error saying what to do */
export const infrastructureOfCheckout = async (wish: string | undefined): Promise<Choice> => {
  const state = readState(stateDir);
  const known = state && Object.keys(state.servers).length > 0 ? state.infrastructure : null;
  const isUp =
    state !== null &&
    known !== null &&
    (await new ServerSet({ brokers: 1, root, dir: stateDir, kind: known, known: state.servers }).isUp());
  return chooseInfrastructure({ wish, environment: process.env, known, isUp, askDocker });
};
