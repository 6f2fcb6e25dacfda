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
import type { FacadeSwitch } from './facade-switch.ts';

export const ADMIN_DESK = Symbol('ADMIN_DESK');

/** Somebody who may, at the playbook in force. */
export interface Entry {
  /** The playbook. */
  readonly id: string;
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
  /** @throws Problem 404 while the facade is switched off, 401, 403 */
  enter(request: FastifyRequest, reply: FastifyReply, scopes: readonly Scope[]): Promise<Entry>;
  show(entry: Entry, view: AdminEdit['view']): object;
  edit(entry: Entry, edit: AdminEdit): Promise<object>;
  rollback(entry: Entry, to: { readonly version: number; readonly reason: string | undefined; readonly view: AdminEdit['view'] }): Promise<object>;
}

export interface AdminParts {
  readonly house: HouseEdits;
  readonly isOn: FacadeSwitch;
  readonly authorize: Authorize;
}

const nothingActive = (id: string): Problem => new Problem({ status: 404, title: 'Not found', detail: `No version of ${id} is active.` });

export const createAdminDesk = ({ house, isOn, authorize }: AdminParts): AdminDesk => {
  const activeOf = async (id: string): Promise<InForce> => {
    const found = await house.active(id);
    if (!found) throw nothingActive(id);
    return found;
  };

  /** `version` is what POST /v1/admin/rollback takes. */
  const answered = ({ id, reply }: Entry, { head, version, playbook }: InForce, view: AdminEdit['view']): object => {
    reply.header('etag', etagOf(head));
    return { ...view(playbook), version: version.number, playbook: id };
  };

  return {
    async enter(request, reply, scopes) {
      const { playbook: id } = await isOn('admin-settings');
      const keys = scopes.map((scope) => authorize(request, scope));
      const found = await activeOf(id);
      const expected = request.headers['if-match'] === undefined ? null : expectedOf(request, id, found.head);
      return { id, author: keys[0]?.id ?? '', found, expected, path: `${request.method} ${request.routeOptions.url ?? ''}`, reply };
    },
    show: (entry, view) => answered(entry, entry.found, view),
    async edit(entry, { reason = entry.path, edits, view }) {
      const { id, author, expected } = entry;
      changedOf(await house.edit({ id, author, reason, expected, edits }), { playbook: id });
      return answered(entry, await activeOf(id), view);
    },
    async rollback(entry, { version: to, reason = entry.path, view }) {
      const { id, author, expected } = entry;
      changedOf(await house.rollback({ id, author, reason, expected, to }), { playbook: id, to, kind: 'rollback' });
      return answered(entry, await activeOf(id), view);
    },
  };
};
