/** People who were answered, by the pseudonym that an event gives them. @throws TransientError while the database is away */
export interface Correspondents {
  /** How many answers each was to get within the last so many hours; who was to get none is not there. */
  answered(ids: readonly string[], hours: number): Promise<ReadonlyMap<string, number>>;
}
