import type { Playbook } from '@sluice/policy';
import { isPerformed, strictest, type EffectMode } from './effect-mode.ts';
import { variantsOf } from './playbook-variants.ts';

export interface ChannelTerms {
  readonly ceiling: EffectMode;
  /** Channel that stands in for all others in the sandbox. */
  readonly sandbox: string;
}

const namedIn = ({ sinks, sla }: Playbook): readonly string[] => [
  ...Object.values(sinks.slack.channels),
  sinks.slack.otherwise,
  ...(sinks.slack.review === null ? [] : [sinks.slack.review]),
  ...Object.values(sla.ladders).flatMap((steps) =>
    steps.flatMap((step) => step.do.flatMap((action) => (action.do === 'tell' ? [action.channel] : []))),
  ),
];

/** Every channel that a message by this playbook may go to in this deployment. */
export const slackChannelsOf = (playbook: Playbook, { ceiling, sandbox }: ChannelTerms): readonly string[] => [
  ...new Set(
    variantsOf(playbook).flatMap((variant) => {
      const mode = strictest(variant.sinks.slack.mode, ceiling);
      if (!isPerformed(mode)) return [];
      return mode === 'sandbox' ? [sandbox] : namedIn(variant);
    }),
  ),
];
