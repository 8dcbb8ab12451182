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
  if (embedded === null) return connectTo(settings);
  return { ...(await connectTo(embeddedSettings(settings, embedded.address))), uiUrl: embedded.uiUrl };
};

/** Where the web UI shows a migration; null when that can't be guessed. */
export const uiLink = ({ address, namespace, uiUrl }: Temporal, workflowId: string): string | null => {
  const base = uiUrl ?? guessedUi(address);
  return base && `${base}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
};

/** The development server serves its UI 1000 ports above its own. */
const guessedUi = (address: string): string | null => {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  if (/\.(tmprl\.cloud|temporal\.io)$/.test(host)) return 'https://cloud.temporal.io';
  return /^(localhost|127\.0\.0\.1|\[::1\])$/.test(host) ? `http://${host}:${Number(port) + 1_000}` : null;
};
