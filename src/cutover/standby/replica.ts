import { shutOut } from '../../replication/link.js';
import { replicaSettings } from '../../replication/settings.js';
import { recordRole, restoreConditions } from '../config-file.js';
import { setMarkerCommand } from '../marker.js';
import { observe } from '../observe.js';
import { transact } from '../transact.js';
import type { StandbyKind } from './standby.js';

/** A replica of the primary: the engine brings it the writes. */
export const replicaStandby: StandbyKind = {
  observe,
  guard: async standby => {
    await shutOut(standby);
    // Without a file it can't be, of which the pre-check `config-rewrite` warns.
    await standby.pipeline([['CONFIG', 'REWRITE']]);
  },
  promote: (standby, conditions, marker) =>
    transact(standby, [['REPLICAOF', 'NO', 'ONE'], ...restoreConditions(conditions), setMarkerCommand(marker)]),
  record: recordRole,
  loginFor: replicaSettings,
};
