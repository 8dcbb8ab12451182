import { Context } from '@temporalio/activity';
import { sourceSettings } from '../src/replication/planned.js';
import { saveDataset } from '../src/replication/save.js';
import { applySettings, type SettingChange, strangerLogin } from '../src/replication/settings.js';
import { readConfig } from '../src/server/config.js';
import type { Server } from '../src/server/connect.js';
import type { ActivityDeps } from './deps.js';
import { withHeld } from './held.js';
import { partsOf, type Scope, withServers } from './scope.js';

export interface Armed {
  changes: SettingChange[];
  /** What the good save came to. */
  save: string;
}

/**
 * Before the fence: the source is made fit to follow the target, as nobody until it shall, the target's backlog is made big
 * enough for the way back, and a good save of it is made, so that it comes back with its data if it restarts after the promotion.
 */
export const armReverse =
  (deps: ActivityDeps) =>
  async (scope: Scope & { backlogBytes: number }): Promise<Armed> => {
    const parts = await partsOf(scope, 'forward', deps);
    const context = Context.current();
    const login = await withHeld(parts.primary, source =>
      applySettings(source.critical, { ...sourceSettings(parts.standby), ...strangerLogin }),
    );
    // Not held: that would fence off the watch, which guards the target's data meanwhile.
    return withServers([parts.standby], async ([standby]) => {
      const target = standby as Server;
      const backlog = await growBacklog(target, scope.backlogBytes);
      const onWait = () => context.heartbeat({ detail: 'saving the target' });
      const save = await saveDataset(target, { signal: context.cancellationSignal, onWait });
      return { changes: [...login, ...backlog], save };
    });
  };

async function growBacklog(target: Server, bytes: number): Promise<SettingChange[]> {
  const size = Number((await readConfig(target, 'repl-backlog-size')).get('repl-backlog-size'));
  return size >= bytes ? [] : applySettings(target, { 'repl-backlog-size': String(bytes) });
}
