import type { SettledAs } from '../../src/contract/settlement.js';

/** What the checklist leaves to the way in which the data is moved. */
export interface Method {
  replicate(): Promise<void>;
  fullSync(): Promise<void>;
  /** Resolves when the target was promoted, or the checklist has to wait for consent again. */
  cutover(): Promise<void>;
  /** Made ready before the operator is asked for consent. */
  arm(): Promise<void>;
  /** After the promotion: keeps the old source ready for a rollback. */
  keepWayBack(): void;
  /** Before the promotion: undoes everything. Resolves to false when it came too late. */
  abort(): Promise<boolean>;
  /** Resolves to false when `complete` was sent instead. */
  rollBack(): Promise<boolean>;
  cleanUp(as: SettledAs): Promise<void>;
  /** Ends what runs beside the checklist, before the history begins anew. */
  stop(): Promise<void>;
}
