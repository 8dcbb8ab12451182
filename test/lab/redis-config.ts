import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificates } from './certificates.js';

export interface RedisSettings {
  /** Any directive, as it stands in a config file. Comes last, so it overrides what the laboratory sets. */
  config?: Record<string, string>;
  password?: string;
  /** ACL lines without the word `user`: `app on >secret ~* +@all`. */
  users?: string[];
  /**
   * `rdb` counts as persistence for checks and on a graceful stop, yet no save falls into a test.
   * @default "rdb"
   */
  persistence?: 'none' | 'rdb' | 'aof';
  /**
   * Seconds that a server waits for more replicas before a full sync. The server's own default of 5 s would be most of
   * the time of a small test. @default 0
   */
  disklessSyncDelay?: number | 'default';
  /** The port speaks TLS only; with `mutual` clients need a certificate of the same authority. */
  tls?: Certificates & { mutual?: boolean };
  /** A module's path, and its arguments. */
  loadModule?: string;
}

const persistences = {
  none: { save: '""', appendonly: 'no' },
  rdb: { save: '3600 1', appendonly: 'no' },
  aof: { save: '""', appendonly: 'yes' },
} as const;

/** The directives of one server, in the order in which they are written. */
export function redisDirectives(settings: RedisSettings, at: { dir: string; port: number; version: string }) {
  const { persistence = 'rdb', disklessSyncDelay = 0, password, loadModule } = settings;
  const directives: Array<[string, string]> = [
    ...Object.entries({ bind: '127.0.0.1', dir: at.dir, ...persistences[persistence] }),
    ...(settings.tls ? tlsDirectives(settings.tls, at) : [['port', String(at.port)] as [string, string]]),
  ];
  if (Number.parseInt(at.version, 10) >= 7) directives.push(['enable-debug-command', 'yes']);
  if (disklessSyncDelay !== 'default') directives.push(['repl-diskless-sync-delay', String(disklessSyncDelay)]);
  if (password !== undefined) directives.push(['requirepass', JSON.stringify(password)]);
  if (loadModule !== undefined) directives.push(['loadmodule', loadModule]);
  for (const user of settings.users ?? []) directives.push(['user', user]);
  return [...directives, ...Object.entries(settings.config ?? {})];
}

/** The same directives as words of a command line. */
export const asArguments = (directives: ReadonlyArray<readonly [string, string]>): string[] =>
  directives.flatMap(([name, value]) => [`--${name}`, ...value.split(' ').map(word => word.replace(/^"(.*)"$/, '$1'))]);

function tlsDirectives(
  { ca, cert, key, mutual = false }: Certificates & { mutual?: boolean },
  { dir, port }: { dir: string; port: number },
): Array<[string, string]> {
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
    return join(dir, name);
  };
  return [
    ['port', '0'],
    ['tls-port', String(port)],
    ['tls-ca-cert-file', file('ca.pem', ca)],
    ['tls-cert-file', file('cert.pem', cert)],
    ['tls-key-file', file('key.pem', key)],
    ['tls-auth-clients', mutual ? 'yes' : 'no'],
    ['tls-replication', 'yes'],
  ];
}
