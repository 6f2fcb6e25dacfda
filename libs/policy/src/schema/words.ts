import { z } from 'zod';

/** A name in a playbook: stable, since events and metrics carry it. */
export const name = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/, 'lower-case letters, digits, and _ . - between them');
/** A category, label or priority: shown to people as it is written. */
export const term = z.string().min(1).max(60);
export const share = z.number().min(0).max(1);
/** A CEL expression; checked against the names it may use when the playbook is parsed. */
export const condition = z.string().min(1).max(2_000);
