import type { Audit, WriteGap } from '../../test/lab/index.js';
import { say } from './say.js';

export interface Proof {
  audit: Audit;
  gap: WriteGap | null;
  writePauseMs: number | null;
}

/** Shows what the writers saw against what the target holds; resolves to whether nothing is missing. */
export function prove({ audit, gap, writePauseMs }: Proof): boolean {
  const overlap = gap?.overlap.length ?? 0;
  say(
    `writes acknowledged        ${audit.acknowledged}`,
    `lost                       ${audit.lost.length}`,
    `applied twice              ${audit.duplicated.length}`,
    `out of order or unknown    ${audit.unexpected.length}`,
    `taken by both servers      ${overlap}`,
    `write pause                ${writePauseMs === null ? 'unknown' : `${writePauseMs.toFixed(1)} ms`}`,
    `between two acknowledged   ${gap ? `${gap.gapMs.toFixed(1)} ms` : 'unknown'}`,
  );
  const proven = gap !== null && audit.lost.length + audit.duplicated.length + audit.unexpected.length + overlap === 0;
  say('', proven ? 'No acknowledged write was lost.' : 'NOT PROVEN: see above.');
  return proven;
}
