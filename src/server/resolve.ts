import type { SecretReference } from '../contract/input.js';
import type { MigrationPlan, ServerPlan } from '../contract/plan.js';
import type { Endpoint, TlsMaterial } from './endpoint.js';
import type { SecretResolver } from './secrets.js';

/** @throws MigrationError SecretUnavailable */
export async function resolveEndpoints(plan: Pick<MigrationPlan, 'source' | 'target'>, secrets: SecretResolver) {
  const [source, target] = await Promise.all([
    resolveEndpoint('source', plan.source, secrets),
    resolveEndpoint('target', plan.target, secrets),
  ]);
  return { source, target };
}

/** @throws MigrationError SecretUnavailable */
export async function resolveEndpoint(
  side: Endpoint['side'],
  plan: ServerPlan,
  secrets: SecretResolver,
): Promise<Endpoint> {
  const { host, port, username, password, tls } = plan;
  return {
    side,
    host,
    port,
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password: await secrets.resolve(password) }),
    ...(tls === null ? {} : { tls: await resolveTls(tls, secrets) }),
  };
}

async function resolveTls(tls: NonNullable<ServerPlan['tls']>, secrets: SecretResolver): Promise<TlsMaterial> {
  const read = async (name: 'ca' | 'cert' | 'key') => {
    const reference: SecretReference | undefined = tls[name];
    return reference === undefined ? {} : { [name]: await secrets.resolve(reference) };
  };
  const parts = await Promise.all([read('ca'), read('cert'), read('key')]);
  return Object.assign({}, ...parts, tls.serverName === undefined ? {} : { serverName: tls.serverName });
}

/** What `seal` is keyed with: the passwords of both sides. */
export const sealingKeyOf = ({ source, target }: { source: Endpoint; target: Endpoint }): string =>
  `${source.password ?? ''}\0${target.password ?? ''}`;
