import { z } from 'zod';

/** A name in a playbook: stable, since events and metrics carry it. */
export const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/, 'lower-case letters, digits, and _ . - between them');
/** A category, label or priority: shown to people as it is written. */
export const term = z.string().min(1).max(60);
export const share = z.number().min(0).max(1).meta({ unit: 'share from 0 to 1' });
/** A CEL expression; checked against the names it may use when the playbook is parsed. */
export const condition = z.string().min(1).max(2_000);
/** Words and phrases that are looked for in a text, whole and in any case. */
export const phrases = z.array(z.string().min(1).max(120)).max(2_000);

type Bounds = readonly [least: number, most: number];

/** A number with its unit and bounds; the documentation shows both. */
export const quantity = (unit: string, [least, most]: Bounds) => z.number().min(least).max(most).meta({ unit });
/** The same for whole numbers. */
export const whole = (unit: string, [least, most]: Bounds) => z.int().min(least).max(most).meta({ unit });

export const usd = quantity('US dollars', [0, 1_000_000]);
export const days = whole('days', [0, 3_650]);

/** How far an outward action goes: not at all, shown to a person, done in the provider's test account, done. */
export const mode = z.enum(['off', 'propose', 'sandbox', 'live']);
