import { Random } from '../../../soak/random.js';
import type { VersionPair } from '../../copy/version-pairs.js';
import { Closers } from '../../lab/closers.js';
import { audit, type RedisServer, startRedis, startWriters, waitFor } from '../../lab/index.js';
import { InProcess } from '../follow/in-process.js';
import { Noise } from '../follow/noise.js';
import { untilNothingExpires } from '../follow/settled.js';
import { differences } from '../stream/differences.js';
import { Application } from './application.js';
import { edgeCasesAgain, fillEdgeCases, rowsAgain, scripts, untouched } from './edge-cases.js';
import { everyFamily } from './every-family.js';

/** How late a command may arrive from which a relative expiry counts. */
const lateMs = 5000;
const rarely = 1_000_000_000;

export interface FollowBetween extends VersionPair {
  seed: number;
  /** With values of 64 MiB. @default false */
  huge?: boolean;
  /** How many rounds each application writes behind the snapshot, at least. @default 2 */
  rounds?: number;
}

/**
 * A source that holds the table of edge cases is followed to a target while applications write to it with every command that
 * it knows. Then the two are equal, and have each acknowledged write once.
 * @returns how much that was. @throws Error naming what differs
 */
export async function followBetween({ from, to, seed, huge = false, rounds = 2 }: FollowBetween) {
  const closers = new Closers();
  try {
    const start = (version: typeof from) =>
      closers.keep(startRedis({ version, persistence: 'none' }), server => server.discard());
    const [source, target] = await Promise.all([start(from), start(to)]);
    await fillEdgeCases(source, { huge });
    return await followed(source, target, { closers, random: new Random(seed), rounds });
  } catch (error) {
    throw new Error(`${from} to ${to}, seed ${seed}: ${(error as Error).message}`, { cause: error });
  } finally {
    await closers.close();
  }
}

interface Followed {
  closers: Closers;
  random: Random;
  rounds: number;
}

async function followed(source: RedisServer, target: RedisServer, { closers, random, rounds }: Followed) {
  const writers = await closers.keep(startWriters({ source, target, count: 2, ratePerWriter: 400 }), it => it.kill());
  const own = { random: new Random(random.integer(0, 2 ** 31)), flushEvery: rarely, swapEvery: 0 };
  const noise = await closers.keep(Promise.resolve(new Noise({ source: () => source, ...own })), it => it.stop());
  const applications = [await edgeCasesAgain(source, random), rowsAgain(random), scripts(random), everyFamily].map(
    round => new Application(source, round),
  );
  const control = { maxKeysPerSecond: 400 };
  const following = await closers.keep(Promise.resolve(new InProcess(source, target, { control })), it =>
    it.stop().catch(() => {}),
  );
  await waitFor(() => following.progress?.phase === 'stream', { what: 'the snapshot to be there', timeoutMs: 60_000 });
  following.control.maxKeysPerSecond = null;
  for (const application of applications) await another(application, rounds);
  await Promise.all([noise.stop(), ...applications.map(application => application.stop())]);
  const journal = await writers.stop();
  await untilNothingExpires(source);
  await following.finish(source, target);
  await equal(source, target);
  const { acknowledged, lost, duplicated, unexpected } = await audit(target, journal);
  const wrong = [...lost, ...duplicated, ...unexpected];
  if (wrong.length > 0) throw new Error(`acknowledged writes: ${JSON.stringify(wrong.slice(0, 5))}`);
  const writes = applications.reduce((sum, { taken }) => sum + taken, noise.writes);
  return { keys: await keysOf(source), writes, acknowledged };
}

async function keysOf(source: RedisServer): Promise<number> {
  const lines = Object.values(await source.info('keyspace'));
  return lines.reduce((sum, line) => sum + Number(/^keys=(\d+)/.exec(line)?.[1]), 0);
}

async function another(application: Application, rounds: number): Promise<void> {
  const wanted = application.rounds + rounds;
  await waitFor(() => application.rounds >= wanted, { what: 'every application to write', timeoutMs: 60_000 });
}

/** @throws Error naming keys and libraries that differ */
async function equal(source: RedisServer, target: RedisServer): Promise<void> {
  const different = await differences(source, target, { asReplicated: db => db !== untouched, lateMs });
  const [wanted, got] = await Promise.all([libraries(source), libraries(target)]);
  if (wanted && got && JSON.stringify(wanted) !== JSON.stringify(got))
    different.push(`libraries: ${wanted} not ${got}`);
  const shown = different.slice(0, 8).map(line => line.slice(0, 1500));
  if (shown.length > 0) throw new Error(`${different.length} keys differ:\n${shown.join('\n')}`);
}

/** The code of each; null: it knows none. */
async function libraries(server: RedisServer): Promise<string[] | null> {
  const connection = await server.connect();
  const [reply] = await connection.pipeline([['FUNCTION', 'LIST', 'WITHCODE']]);
  connection.close();
  return Array.isArray(reply) ? reply.map(each => String((each as Buffer[]).at(-1))).sort() : null;
}
