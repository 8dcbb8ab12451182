import { type OriginalSettings, strangerLogin } from '../replication/settings.js';
import { readConfig } from '../server/config.js';
import type { Server } from '../server/connect.js';

/**
 * What a server's configuration file says of its part, written outside of the moments in which writers wait: CONFIG
 * REWRITE takes some milliseconds. Before a cutover the file is braced: whoever restarts in its middle comes back as a
 * master that refuses writes, since it wants more replicas than anyone has. https://redis.io/docs/latest/commands/config-rewrite/
 */

/** Not the fence's number: only a server that read it from its file has it, which so tells that it restarted. */
export const bracedReplicas = '2000000';

/** The fence's: more replicas than anyone has, and seconds between PINGs, which move the offset. */
export const unreachableReplicas = '1000000';
export const fencedPingPeriod = '3600';

/** By which a migration makes a server refuse writes: nobody else sets them. */
export const leftOver: readonly string[] = [unreachableReplicas, bracedReplicas];

/** From the answer to CONFIG GET min-replicas-to-write. */
export const isBraced = (reply: unknown): boolean => Array.isArray(reply) && reply[1] === bracedReplicas;

/** What min-replicas-to-write stood at before the migration, and its limit of lag: with 0 it would count for nothing. */
export interface WriteConditions {
  minReplicasToWrite: string;
  minReplicasMaxLag: string;
}

export const writeConditions = (originals: OriginalSettings): WriteConditions => ({
  minReplicasToWrite: originals['min-replicas-to-write'] ?? '0',
  minReplicasMaxLag: originals['min-replicas-max-lag'] ?? '10',
});

/** Null: a server of which nothing was written down, since it has no CONFIG, or nothing was begun. It is set to nothing. */
export const knownConditions = (originals: OriginalSettings): WriteConditions | null =>
  originals['min-replicas-to-write'] === undefined ? null : writeConditions(originals);

/**
 * What they stand at, for a server whose settings of before were written down nowhere any more. What this migration makes
 * of them doesn't count.
 */
export async function presentSettings(server: Server): Promise<OriginalSettings> {
  const names = ['min-replicas-to-write', 'min-replicas-max-lag', 'repl-ping-replica-period'] as const;
  const found = Object.fromEntries(await readConfig(server, ...names)) as OriginalSettings;
  const { 'min-replicas-to-write': wanted = '', 'repl-ping-replica-period': period } = found;
  if (leftOver.includes(wanted)) found['min-replicas-to-write'] = '0';
  if (period === fencedPingPeriod) found['repl-ping-replica-period'] = '10';
  const isStranger = (await readConfig(server, 'masteruser')).get('masteruser') === strangerLogin.masteruser;
  return isStranger ? { ...found, masteruser: '', masterauth: '' } : found;
}

/** Sets them back in memory. */
export const restoreConditions = (conditions: WriteConditions | null): string[][] =>
  conditions === null
    ? []
    : [
        ['CONFIG', 'SET', 'min-replicas-to-write', conditions.minReplicasToWrite],
        ['CONFIG', 'SET', 'min-replicas-max-lag', conditions.minReplicasMaxLag],
      ];

/**
 * In one transaction, so that no client ever meets the refusal of a server that did not restart. Of a master only: a
 * replica's file would say whom it follows.
 * @returns whether the file was written; false without one
 * @throws ReplyError, MigrationError PermissionMissing when the conditions can't be set
 */
export async function braceFile(server: Server, original: WriteConditions): Promise<boolean> {
  const replies = await server.transaction([
    ['CONFIG', 'SET', 'min-replicas-to-write', bracedReplicas],
    ...(original.minReplicasMaxLag === '0' ? [['CONFIG', 'SET', 'min-replicas-max-lag', '10']] : []),
    ['CONFIG', 'REWRITE'],
    ...restoreConditions(original),
  ]);
  const [set] = replies;
  if (set instanceof Error) throw set;
  return !(replies.at(-3) instanceof Error);
}

/** The file says again what the server is; where there is none, nothing does. The clean-up says when it can't be written. */
export async function recordRole(server: Server, original: WriteConditions | null): Promise<void> {
  await server.transaction([...restoreConditions(original), ['CONFIG', 'REWRITE']]);
}
