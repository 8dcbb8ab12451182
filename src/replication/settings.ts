import { readConfig } from '../server/config.js';
import type { Server } from '../server/connect.js';
import type { Endpoint } from '../server/endpoint.js';
import { isSealed, seal, unseal } from '../server/seal.js';

/** Settings that a migration may change on a server, and puts back. */
const touched = [
  'masteruser',
  'masterauth',
  'tls-replication',
  'replica-read-only',
  'replica-priority',
  'repl-backlog-size',
  'repl-ping-replica-period',
  'min-replicas-to-write',
  'min-replicas-max-lag',
] as const;
export type SettingName = (typeof touched)[number];

/** What the server had before: written down before anything changes. A secret is sealed. */
export type OriginalSettings = Partial<Record<SettingName, string>>;

/** One change, for the report. A secret shows as `***`. */
export interface SettingChange {
  side: 'source' | 'target';
  what: string;
  from: string;
  to: string;
}

/** @param sealingKey see `seal` */
export async function readOriginalSettings(server: Server, sealingKey: string): Promise<OriginalSettings> {
  const values = await readConfig(server, ...touched);
  const originals: OriginalSettings = {};
  for (const [name, value] of values) {
    originals[name as SettingName] = name === 'masterauth' && value !== '' ? seal(value, sealingKey) : value;
  }
  return originals;
}

/** Sets what differs; resolves to the changes made. Settings that the server doesn't know are left out. */
export async function applySettings(server: Server, wanted: OriginalSettings): Promise<SettingChange[]> {
  const names = Object.keys(wanted) as SettingName[];
  const current = await readConfig(server, ...names);
  const changes: SettingChange[] = [];
  for (const name of names) {
    const from = current.get(name);
    const to = wanted[name] ?? '';
    if (from === undefined || from === to) continue;
    await server.call('CONFIG', 'SET', name, to);
    changes.push({ side: server.endpoint.side, what: name, from: shown(name, from), to: shown(name, to) });
  }
  return changes;
}

/** Puts everything back, and resolves to what was put back and to what could not be. */
export async function restoreSettings(server: Server, originals: OriginalSettings, sealingKey: string) {
  const { masterauth, ...plain } = originals;
  const secret = masterauth !== undefined && isSealed(masterauth) ? unseal(masterauth, sealingKey) : masterauth;
  const wanted = secret === undefined || secret === null ? plain : { ...plain, masterauth: secret };
  const restored = await applySettings(server, wanted);
  const lost =
    secret === null
      ? [
          `masterauth of the ${server.endpoint.side} could not be put back: the password it was sealed with has changed.`,
        ]
      : [];
  return { restored, lost };
}

/** What a replica needs to log in to its master, and to be a proper standby. */
export function replicaSettings(master: Endpoint): OriginalSettings {
  return {
    masteruser: master.username ?? '',
    masterauth: master.password ?? '',
    'tls-replication': master.tls ? 'yes' : 'no',
    'replica-read-only': 'yes',
  };
}

/** Nobody has such a user: a master refuses it. See `shutOut`. */
export const strangerLogin = { masteruser: 'redis-migration-stranger', masterauth: 'stranger' } as const;

const shown = (name: string, value: string): string => (name === 'masterauth' && value !== '' ? '***' : value);
