import type { PlaybookHash } from '@sluice/kernel';

export interface PlaybookInForce<Playbook> {
  readonly hash: PlaybookHash;
  readonly playbook: Playbook;
}

/** Where a stage gets its policy. An inquiry finishes on the version it started with. */
export interface PlaybookSource<Playbook> {
  /** The version that was stamped on the inquiry. @throws TransientError when it can't be read now; an unknown hash is a defect. */
  byHash(hash: string): Promise<PlaybookInForce<Playbook>>;
  /** The version now active for an inquiry that has none yet. */
  active(selector: { readonly brand: string; readonly source: string }): Promise<PlaybookInForce<Playbook>>;
}
