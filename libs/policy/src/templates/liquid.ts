import { Liquid } from 'liquidjs';

/** What a template may do: choose and repeat. No files, no clock, no counters that outlive a message. */
const TAGS: ReadonlySet<string> = new Set(['assign', 'case', 'comment', 'for', 'if', 'raw', 'unless']);
/** These read the clock, where they are given `now`. */
const FILTERS_WITH_A_CLOCK = ['date', 'date_to_xmlschema', 'date_to_rfc822', 'date_to_string', 'date_to_long_string'];

/** Far more than a letter takes, and little enough that none holds up a process. */
const MOST_CHARACTERS = 100_000;
const MOST_OPERATIONS = 100_000;

const restricted = (outputEscape: 'escape' | undefined): Liquid => {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    // An `if` and the `default` filter are how a template says that it can do without.
    lenientIf: true,
    ownPropertyOnly: true,
    parseLimit: MOST_CHARACTERS,
    memoryLimit: MOST_OPERATIONS,
    ...(outputEscape === undefined ? {} : { outputEscape }),
  });
  for (const tag of Object.keys(liquid.tags)) if (!TAGS.has(tag)) delete liquid.tags[tag];
  for (const filter of FILTERS_WITH_A_CLOCK) delete liquid.filters[filter];
  return liquid;
};

export const plainLiquid = restricted(undefined);
/** Escapes every value: what strangers wrote never becomes markup. */
export const htmlLiquid = restricted('escape');
