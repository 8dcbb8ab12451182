import {
  type Content,
  contents,
  fillEveryType,
  heldBy,
  type RedisServer,
  type ServerVersion,
  startRedis,
} from '../lab/index.js';
import { copyAll } from './support.js';

export interface VersionPair {
  from: ServerVersion;
  to: ServerVersion;
}

/** Every version to every other, up and down, and to itself. */
export const versionPairs = (versions: readonly ServerVersion[]): VersionPair[] =>
  versions.flatMap(from => versions.map(to => ({ from, to })));

/** How each method copies a whole server. */
const methods: Record<string, (source: RedisServer, target: RedisServer) => Promise<void>> = {
  'dump-restore': async (source, target) => {
    const finding = (await copyAll(source, target)).find(report => report.finding !== null)?.finding;
    if (finding) throw new Error(`${finding.type}: ${finding.message}`);
  },
};

/**
 * Copies every shape that both versions hold, by each method.
 * @returns how many copies it were, and of how many keys
 * @throws Error naming the methods that failed, or left the target with other contents
 */
export async function copyBetween({ from, to }: VersionPair): Promise<{ copies: number; keys: number }> {
  const [source, target] = await Promise.all([startRedis({ version: from }), startRedis({ version: to })]);
  try {
    await fillEveryType(source, { among: await heldBy(source, target) });
    const failures: string[] = [];
    const { size: keys } = await contents(source);
    for (const [method, copy] of Object.entries(methods)) {
      await target.cli('FLUSHALL');
      await copy(source, target)
        .then(() => compare({ from, to }, { source, target }))
        .catch(error => failures.push(`${method}, ${from} to ${to}: ${(error as Error).message}`));
    }
    if (failures.length > 0) throw new Error(failures.join('\n'));
    return { copies: Object.keys(methods).length, keys };
  } finally {
    await Promise.all([source.discard(), target.discard()]);
  }
}

/** Streams keep less of their past before 7.0, and sources don't tell the very millisecond of an expiry. */
const isOld = (version: ServerVersion): boolean => version.startsWith('6.');
const oldExpiryWithinMs = 100;

/** @throws Error naming keys that differ */
async function compare(
  { from, to }: VersionPair,
  { source, target }: { source: RedisServer; target: RedisServer },
): Promise<void> {
  const acrossVersions = isOld(from) || isOld(to);
  const [wanted, got] = await Promise.all([contents(source, { acrossVersions }), contents(target, { acrossVersions })]);
  const within = isOld(from) ? oldExpiryWithinMs : 0;
  const names = [...new Set([...wanted.keys(), ...got.keys()])];
  const different = names.filter(name => !isSame(wanted.get(name), got.get(name), within));
  if (different.length > 0) throw new Error(`${different.length} keys differ: ${different.slice(0, 5).join(', ')}`);
}

function isSame(one: Content | undefined, other: Content | undefined, expiryWithinMs: number): boolean {
  if (one?.type !== other?.type || (one?.expiresAt === null) !== (other?.expiresAt === null)) return false;
  const apart = Math.abs(Number(one?.expiresAt) - Number(other?.expiresAt));
  return apart <= expiryWithinMs && JSON.stringify(one?.value) === JSON.stringify(other?.value);
}
