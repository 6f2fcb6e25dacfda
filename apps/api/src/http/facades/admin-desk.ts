import type { Expected } from '@sluice/persistence';
import type { Playbook } from '@sluice/policy';
import { Problem } from '@sluice/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HouseEdits, InForce } from '../../adapters/house-edits.ts';
import type { HouseEdit } from '../../domain/house-settings.ts';
import type { Scope } from '../api-keys.ts';
import type { Authorize } from '../authorize.ts';
import { changedOf } from '../changed.ts';
import { etagOf, expectedOf } from '../preconditions.ts';
import { unreadable } from '../unreadable.ts';
import type { FacadeSwitch } from './facade-switch.ts';

export const ADMIN_DESK = Symbol('ADMIN_DESK');

/** Somebody who may, at the playbook in force. */
export interface Entry {
  readonly author: string;
  readonly found: InForce;
  readonly expected: Expected | null;
  /** Stands in the history where no reason was given. */
  readonly path: string;
  readonly reply: FastifyReply;
}

export interface AdminEdit {
  readonly reason: string | undefined;
  readonly edits: (playbook: Playbook) => readonly HouseEdit[];
  /** What of the playbook is answered. */
  readonly view: (playbook: Playbook) => object;
}

/** Document 003's administration: each edit is a version of the playbook in force, active at once, with author and reason. */
export interface AdminDesk {
  /** @throws Problem 401, 403; 404 while the facade is switched off, 409 while this build can not read what is in force */
  enter(request: FastifyRequest, reply: FastifyReply, scopes: readonly Scope[]): Promise<Entry>;
  show(entry: Entry, view: AdminEdit['view']): object;
  edit(entry: Entry, edit: AdminEdit): Promise<object>;
  rollback(
    entry: Entry,
    to: { readonly version: number; readonly reason: string | undefined; readonly view: AdminEdit['view'] },
  ): Promise<object>;
}

export interface AdminParts {
  readonly house: HouseEdits;
  readonly isOn: FacadeSwitch;
  readonly authorize: Authorize;
}

const nothingActive = (id: string): Problem =>
  new Problem({ status: 404, title: 'Not found', detail: `No version of ${id} is active.` });

/** `version` is what POST /v1/admin/rollback takes. */
const answered = (
  { reply }: Entry,
  { head, version, playbook }: Pick<InForce, 'head' | 'version' | 'playbook'>,
  view: AdminEdit['view'],
): object => {
  reply.header('etag', etagOf(head));
  return { ...view(playbook), version, playbook: head.playbook };
};

export const createAdminDesk = ({ house, isOn, authorize }: AdminParts): AdminDesk => ({
  async enter(request, reply, scopes) {
    // First: what is wrong with a playbook is told to nobody else.
    const keys = scopes.map((scope) => authorize(request, scope));
    const { playbook: id } = await isOn('admin-settings');
    const found = await house.active(id).catch(unreadable(`The active version of ${id}`));
    if (!found) throw nothingActive(id);
    const expected = request.headers['if-match'] === undefined ? null : expectedOf(request, id, found.head);
    return {
      author: keys[0]?.id ?? '',
      found,
      expected,
      path: `${request.method} ${request.routeOptions.url ?? ''}`,
      reply,
    };
  },
  show: (entry, view) => answered(entry, entry.found, view),
  async edit(entry, { reason = entry.path, edits, view }) {
    const { playbook } = entry.found.head;
    const outcome = await house
      .edit({ ...entry, reason, edits })
      .catch(unreadable(`The active version of ${playbook}`));
    return answered(entry, changedOf(outcome, { playbook }), view);
  },
  async rollback(entry, { version: to, reason = entry.path, view }) {
    const outcome = await house.rollback({ ...entry, reason, to });
    return answered(entry, changedOf(outcome, { playbook: entry.found.head.playbook, to, kind: 'rollback' }), view);
  },
});
