import { Client, Connection } from '@temporalio/client';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { explainCall } from './failures.js';
import { createRetries, type Retries } from './retries.js';
import type { Settings } from './settings.js';

const connectTimeoutMs = 5_000;
/** Temporal's own default. */
export const standardAddress = 'localhost:7233';

export interface Temporal {
  client: Client;
  address: string;
  namespace: string;
  taskQueue: string;
  /** The web UI, where that is known. */
  uiUrl: string | null;
  close(): Promise<void>;
}

/** Connects within some seconds, or says what is where and what to do about it. */
export const connectTo = async (settings: Settings): Promise<Temporal> => {
  const { namespace, taskQueue, uiUrl } = settings;
  const address = settings.address ?? standardAddress;
  const retries = createRetries();
  const connection = await openConnection(settings, address, retries.interceptor);
  return {
    client: new Client({ connection, namespace }),
    address,
    namespace,
    taskQueue,
    uiUrl,
    close: async () => {
      await retries.stop();
      await connection.close();
    },
  };
};

const openConnection = async (
  { connection, namespace }: Settings,
  address: string,
  retries: Retries['interceptor'],
): Promise<Connection> => {
  try {
    const options = { ...connectionOptions(connection), address, interceptors: [retries] };
    return await Connection.connect({ ...options, connectTimeout: connectTimeoutMs });
  } catch (error) {
    throw unreachable(address, namespace, error);
  }
};

// The profile's options are typed for the worker's connection; these are the ones that both kinds know.
const connectionOptions = ({ tls, apiKey, metadata }: Settings['connection']) => ({
  ...(tls === undefined ? {} : { tls }),
  ...(typeof apiKey === 'string' ? { apiKey } : {}),
  ...(metadata === undefined ? {} : { metadata: stringsOf(metadata) }),
});

const stringsOf = (metadata: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, String(value)]));

const unreachable = (address: string, namespace: string, error: unknown): CliError =>
  new CliError(
    exitCodes.unreachable,
    [
      `Temporal is not reachable at ${address} (namespace ${namespace}): ${reasonOf(error)}.`,
      "Start one for development with 'redis-migration dev', or name yours: --address HOST:PORT, --profile NAME,",
      'or the environment variables TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.',
    ].join('\n'),
    { cause: error },
  );

const reasonOf = (error: unknown): string => {
  const message = explainCall(error)?.message ?? (error instanceof Error ? error.message : String(error));
  return /deadline/i.test(message) ? `no answer within ${connectTimeoutMs / 1_000} s` : message;
};
