import { connectTo, type Temporal } from './client/connect.js';
import { type ConnectionFlags, embeddedSettings, loadSettings } from './client/settings.js';
import type { CliContext } from './context.js';
import { livingServer, stateDirectory } from './embedded/state-file.js';
import type { ExitCode } from './exit-codes.js';

/** Connects, works, and disconnects. Where nobody named a Temporal, the embedded one is taken if it runs. */
export const withTemporal = async (
  context: CliContext,
  flags: ConnectionFlags,
  work: (temporal: Temporal) => Promise<ExitCode>,
): Promise<ExitCode> => {
  const temporal = await connect(context, flags);
  try {
    return await work(temporal);
  } finally {
    await temporal.close();
  }
};

const connect = async ({ env }: CliContext, flags: ConnectionFlags): Promise<Temporal> => {
  const settings = loadSettings(flags, env);
  const embedded = settings.address === null ? await livingServer(stateDirectory(env)) : null;
  return connectTo(embedded === null ? settings : embeddedSettings(settings, embedded));
};

/** Where the web UI shows a migration; null where nobody said where that is. */
export const uiLink = ({ namespace, uiUrl }: Temporal, workflowId: string): string | null =>
  uiUrl && `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
