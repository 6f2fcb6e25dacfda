import type { SwitchScope } from '@sluice/contracts';
import type { Playbook } from '@sluice/policy';
import type { AnswerRate } from '../ports/answer-rates.port.ts';

type Declared = Playbook['killSwitches'][number];
type Trip = NonNullable<Declared['trip']>;

const PERCENT = 100;
/** What answers people: a switch that trips holds these, and never the notices by which people hear of it. */
const ANSWERS = ['mail.reply'];

const percent = (share: number): string => `${Math.round(share * PERCENT * PERCENT) / PERCENT} %`;

/** Under one name for ever: the playbook's, and what it calls the switch. */
export const switchIdOf = ({ name }: Pick<Playbook, 'name'>, { id }: Pick<Declared, 'id'>): string => `${name}.${id}`;

/** Above its bound, and not by chance: few events prove nothing. */
export const mustTrip = ({ above, minEvents }: Trip, { settled, failed }: AnswerRate): boolean =>
  settled >= minEvents && failed > above * settled;

export const whyOf = ({ above, overMinutes }: Trip, { settled, failed }: AnswerRate): string =>
  `${failed} of ${settled} answers failed within ${overMinutes} minutes: ${percent(failed / settled)}, and ${percent(above)} is the bound`;

export const tripScope = ({ intents, channels }: Declared, { brands }: AnswerRate): SwitchScope => ({
  brands: [...brands],
  intents: [...intents],
  channels: [...channels],
  sinks: [...ANSWERS],
});
