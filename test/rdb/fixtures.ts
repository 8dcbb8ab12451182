import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a server answered about a key; bytes in base64. */
export interface Told {
  key: string;
  type: string;
  encoding: string;
  pexpireat: number | null;
  value: unknown;
  dump?: string;
  groups?: (string | number | null)[][];
  info?: (string | number)[];
  pending?: Record<string, [string, string, number][]>;
  fieldExpiry?: Record<string, number>;
}

export interface Fixture {
  name: string;
  rdb: Buffer;
  told: { dbs: Record<string, Told[]>; functions: string | null };
}

const dir = join(import.meta.dirname, 'fixtures');

/** Snapshots of eight servers, Redis 4.0 to 8.0 and Valkey 8.1, with their own answers. */
export const fixtures: Fixture[] = readdirSync(dir)
  .filter(file => file.endsWith('.rdb'))
  .map(file => file.slice(0, -'.rdb'.length))
  .map(name => ({
    name,
    rdb: readFileSync(join(dir, `${name}.rdb`)),
    told: JSON.parse(readFileSync(join(dir, `${name}.json`), 'utf8')),
  }));
