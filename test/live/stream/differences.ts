import { Selection } from '../../../src/selection/selection.js';
import { type Content, contents, type RedisServer } from '../../lab/index.js';

export interface DifferenceOptions {
  selection?: Selection;
  expiryShiftMs?: number;
  /**
   * In which databases of the target, or in all: leaves out what of a stream's groups servers don't tell even their own replicas: how many entries they have read (7.0),
   * and consumers that got nothing (6.0, and from 7.2 on). A score of minus zero is zero: small sorted sets keep it so from
   * 7.0 on.
   */
  asReplicated?: boolean | ((database: number) => boolean);
  /** How late commands of a source before 7.0 may have arrived, from which relative expiries count, in ms. @default 2000 */
  lateMs?: number;
}

/**
 * What the target should hold and doesn't, or the other way round, by `DATABASE/KEY` of the target. Found key by key with
 * plain commands, and what servers before 7.0 don't keep left out.
 */
export async function differences(
  source: RedisServer,
  target: RedisServer,
  { selection = Selection.everything, expiryShiftMs = 0, asReplicated = false, lateMs = 2000 }: DifferenceOptions = {},
): Promise<string[]> {
  const [versions, fields] = [await versionsOf(source, target), await knowsFieldExpiry(target)];
  const old = versions.some(version => version.startsWith('6.'));
  const told = typeof asReplicated === 'boolean' ? () => asReplicated : asReplicated;
  const acrossVersions = (database: number) => old || told(database);
  const [all, found] = await Promise.all([contents(source, { acrossVersions }), contents(target, { acrossVersions })]);
  const expected = new Map([...all].flatMap(([name, content]) => onTarget(name, content, selection)));
  const within = old ? lateMs : 0;
  const differs = (name: string): boolean => {
    const [one, other] = [expected.get(name), found.get(name)];
    if (!one || !other) return one !== other;
    const apart = Math.abs(
      Number(other.expiresAt) - (one.expiresAt === null ? 0 : expiryShiftMs) - Number(one.expiresAt),
    );
    if ((one.expiresAt === null) !== (other.expiresAt === null) || apart > within) return true;
    const values = [heldIn(one, fields, expiryShiftMs), heldIn(other, fields, 0)];
    const [wanted, got] = values.map(value => JSON.stringify(told(databaseOf(name)) ? toldReplicas(value) : value));
    return wanted !== got;
  };
  const names = [...new Set([...expected.keys(), ...found.keys()])].filter(name => !name.endsWith('/__barrier'));
  const show = (name: string) =>
    `${name}: ${apart(JSON.stringify(expected.get(name)), JSON.stringify(found.get(name)))}`;
  return names.filter(differs).map(show);
}

/** From a little before they differ. */
function apart(one = 'nothing', other = 'nothing'): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  const from = Math.max(0, at - 200);
  return `${one.slice(from)} and not ${other.slice(from)}`;
}

const versionsOf = (...servers: RedisServer[]): Promise<string[]> =>
  Promise.all(servers.map(async server => (await server.info('server')).redis_version ?? ''));

async function knowsFieldExpiry(server: RedisServer): Promise<boolean> {
  return (await server.cli('COMMAND', 'INFO', 'HPEXPIREAT')).includes('hpexpireat');
}

function onTarget(name: string, content: Content, selection: Selection): [string, Content][] {
  const slash = name.indexOf('/');
  const [db, key] = [databaseOf(name), Buffer.from(name.slice(slash + 1), 'latin1')];
  const selected =
    selection.databases([db]).length > 0 &&
    selection.accepts(key, 0, key.length) &&
    (selection.types?.has(content.type) ?? true);
  if (!selected) return [];
  return [[`${selection.targetDatabase(db)}/${selection.targetKey(key).toString('latin1')}`, content]];
}

const databaseOf = (name: string): number => Number.parseInt(name, 10);

/** Of a hash, the fields and their expiries. */
function heldIn({ type, value }: Content, fieldExpiry: boolean, shiftMs: number): unknown {
  if (type !== 'hash') return value;
  const [fields, times] = value as [unknown, number[] | null];
  return [fields, fieldExpiry ? (times?.map(time => (time < 0 ? time : time + shiftMs)) ?? null) : null];
}

/** Without consumers that nothing is pending for, and the sign of zero. */
function toldReplicas(value: unknown): unknown {
  if (value === '-0') return '0';
  if (!Array.isArray(value)) return value;
  const idle = (item: unknown) => Array.isArray(item) && item[0] === 'name' && item[2] === 'pel-count' && item[3] === 0;
  return value.filter(item => !idle(item)).map(toldReplicas);
}
