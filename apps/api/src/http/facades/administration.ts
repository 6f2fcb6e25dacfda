import type { Expected } from '@sluice/persistence';
import type { Playbook } from '@sluice/policy';
import { Problem } from '@sluice/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ActivePlaybook, PlaybookEdits } from '../../adapters/playbook-edits.ts';
import type { PlaybookEdit } from '../../domain/admin-settings.ts';
import type { Authorize, Scope } from '../access.ts';
import { changedOf, etagOf, expectedOf, unreadable } from '../playbook-changes.ts';
import type { FacadeSwitch } from './facades.ts';

export const ADMINISTRATION = Symbol('ADMINISTRATION');

/** A request of somebody who may read or change the playbook in force. */
export interface AdminRequest {
  readonly author: string;
  readonly found: ActivePlaybook;
  readonly expected: Expected | null;
  /** Stands in the history where no reason was given. */
  readonly path: string;
  readonly reply: FastifyReply;
}

export interface AdminEdit {
  readonly reason: string | undefined;
  readonly edits: (playbook: Playbook) => readonly PlaybookEdit[];
  /** What of the playbook is answered. */
  readonly view: (playbook: Playbook) => object;
}

/** Document 003's administration: each edit is a version of the playbook in force, active at once, with author and reason. */
export interface Administration {
  /** @throws Problem 401, 403; 404 while the facade is switched off, 409 while this build can not read what is in force */
  open(request: FastifyRequest, reply: FastifyReply, scopes: readonly Scope[]): Promise<AdminRequest>;
  show(admin: AdminRequest, view: AdminEdit['view']): object;
  edit(admin: AdminRequest, edit: AdminEdit): Promise<object>;
  rollback(
    admin: AdminRequest,
    to: { readonly version: number; readonly reason: string | undefined; readonly view: AdminEdit['view'] },
  ): Promise<object>;
}

export interface AdministrationParts {
  readonly playbooks: PlaybookEdits;
  readonly isOn: FacadeSwitch;
  readonly authorize: Authorize;
}

const nothingActive = (id: string): Problem =>
  new Problem({ status: 404, title: 'Not found', detail: `No version of ${id} is active.` });

/** `version` is what POST /v1/admin/rollback takes. */
const answered = (
  { reply }: AdminRequest,
  { head, version, playbook }: Pick<ActivePlaybook, 'head' | 'version' | 'playbook'>,
  view: AdminEdit['view'],
): object => {
  reply.header('etag', etagOf(head));
  return { ...view(playbook), version, playbook: head.playbook };
};

export const createAdministration = ({ playbooks, isOn, authorize }: AdministrationParts): Administration => ({
  async open(request, reply, scopes) {
    // First: what is wrong with a playbook is told to nobody else.
    const keys = scopes.map((scope) => authorize(request, scope));
    const { playbook: id } = await isOn('admin-settings');
    const found = await playbooks.active(id).catch(unreadable(`The active version of ${id}`));
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
  show: (admin, view) => answered(admin, admin.found, view),
  async edit(admin, { reason = admin.path, edits, view }) {
    const { playbook } = admin.found.head;
    const outcome = await playbooks
      .edit({ ...admin, reason, edits })
      .catch(unreadable(`The active version of ${playbook}`));
    return answered(admin, changedOf(outcome, { playbook }), view);
  },
  async rollback(admin, { version: to, reason = admin.path, view }) {
    const outcome = await playbooks.rollback({ ...admin, reason, to });
    return answered(admin, changedOf(outcome, { playbook: admin.found.head.playbook, to, kind: 'rollback' }), view);
  },
});
