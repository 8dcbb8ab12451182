import { loadClientConnectConfig } from '@temporalio/envconfig';

/** Where Temporal is, by its standard environment variables and profiles. */
export async function connectionOptions() {
  const { connectionOptions: connection, namespace } = loadClientConnectConfig();
  return { connection, namespace: namespace ?? 'default' };
}
