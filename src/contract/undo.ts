import type { ServerInput } from './input.js';

/** The argument of the workflow `redisMigrationUndo`, for a migration whose own workflow is gone. */
export interface UndoInput {
  source: ServerInput;
  target: ServerInput;
  /** The migration, when the servers don't name it. */
  workflowId?: string;
  /** Also remove the mark of a promotion from the target. @default false */
  forget?: boolean;
  /** Take the source back even where the target can't be reached and may have been promoted. @default false */
  force?: boolean;
}

export interface UndoResult {
  /** `too-late`: the target was promoted, and the roles are left. */
  outcome: 'undone' | 'too-late' | 'nothing';
  notes: string[];
}
