import { Command, Option } from 'commander';
import type { Phase } from '../../contract/status.js';
import { type Cli, withConnection } from '../cli.js';
import { findMigration } from '../client/find.js';
import type { ConnectionFlags } from '../client/settings.js';
import { withTemporal } from '../temporal.js';
import { phases } from '../view/phase.js';
import { followAlone } from '../watch/follow.js';

interface WatchFlags extends ConnectionFlags {
  json?: boolean;
  until?: Phase;
}

export const watchCommand = ({ context, exitWith }: Cli): Command =>
  withConnection(new Command('watch'))
    .description('The live checklist of a migration; a line at each change when this is no terminal.')
    .argument('[id]', 'the workflow id; else the only migration that runs')
    .option('--json', 'the status as JSON, a line at each change')
    .addOption(new Option('--until <phase>', 'end there (0), or where it waits for the operator (8)').choices(phases))
    .action(async (id: string | undefined, flags: WatchFlags) => {
      const code = await withTemporal(context, flags, async temporal => {
        const { workflowId } = await findMigration(temporal.client, id);
        const { json, until } = flags;
        return followAlone(context, temporal, workflowId, { json, flags, ...(until === undefined ? {} : { until }) });
      });
      exitWith(code);
    });
