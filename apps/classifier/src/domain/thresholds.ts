import { isOpen, namedCalendar, type Playbook } from '@sluice/policy';

type Gates = Playbook['gates'];
export type Path = Gates['path'];

/** The thresholds that count for one inquiry. */
export interface Thresholds {
  readonly reviewBelow: number;
  readonly route: number | null;
  readonly priority: number | null;
  /** Null: nothing goes out unseen. */
  readonly autoSend: number | null;
  readonly deal: number | null;
  readonly path: Path;
}

export interface Row {
  /** The intent, or the category where no intent is known. */
  readonly key: string;
  readonly category: string;
  readonly channel: string;
  readonly flags: readonly string[];
  /** The furthest a hard rule lets an answer go; null where none holds it back. */
  readonly held: 'human' | 'suggest' | null;
  /** When it is decided. */
  readonly now: string;
}

/** Null is never, the strictest of all; undefined says nothing. */
const stricter = (a: number | null, b: number | null | undefined): number | null =>
  b === undefined ? a : a === null || b === null ? null : Math.max(a, b);

const phaseHolds = ({ rollout }: Playbook, key: string): number | null | undefined => {
  const phase = rollout.phases.find(({ name }) => name === rollout.phase);
  return phase && key in phase.byIntent ? phase.byIntent[key] : phase?.autoSend;
};

/** The switches that stop what would go out unseen. */
export const stoppedBy = (
  { killSwitches }: Pick<Playbook, 'killSwitches'>,
  { key, category, channel }: Row,
): readonly string[] =>
  killSwitches
    .filter(({ engaged, intents, channels }) => {
      const named = intents.length === 0 || intents.includes(key) || intents.includes(category);
      return engaged && named && (channels.length === 0 || channels.some((one) => one === channel));
    })
    .map(({ id }) => id);

const FURTHEST: readonly Path[] = ['human', 'suggest', 'auto'];

const pathFor = ({ gates }: Playbook, { key, held }: Row): Path => {
  const allowed: readonly Path[] = [gates.byIntent[key]?.path ?? gates.path, held ?? 'auto'];
  return FURTHEST.find((path) => allowed.includes(path)) ?? 'human';
};

const isInHours = (playbook: Playbook, now: string): boolean => {
  const { autoSendWithin } = playbook.gates;
  return autoSendWithin === null || isOpen(namedCalendar(playbook, autoSendWithin), now);
};

const mayGoOut = (playbook: Playbook, row: Row, path: Path): boolean =>
  path === 'auto' &&
  stoppedBy(playbook, row).length === 0 &&
  isInHours(playbook, row.now) &&
  !row.flags.some((flag) => playbook.gates.neverAutoSendWith.includes(flag));

/** The row of an intent over the playbook's own figures, held back by phase, switches, flags and hours. */
export const thresholdsFor = (playbook: Playbook, row: Row): Thresholds => {
  const { gates } = playbook;
  const own = gates.byIntent[row.key] ?? {};
  const pick = <Key extends 'route' | 'priority' | 'autoSend'>(key: Key): number | null =>
    own[key] === undefined ? gates[key] : own[key];
  const path = pathFor(playbook, row);
  return {
    reviewBelow: own.reviewBelow ?? gates.reviewBelow,
    route: pick('route'),
    priority: pick('priority'),
    autoSend: mayGoOut(playbook, row, path) ? stricter(pick('autoSend'), phaseHolds(playbook, row.key)) : null,
    deal: gates.deal.minConfidence,
    path,
  };
};
