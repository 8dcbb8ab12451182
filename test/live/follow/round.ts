import { Random } from '../../../soak/random.js';
import type { MigrationPlan } from '../../../src/contract/plan.js';
import { checkpointKey, fetchedKey } from '../../../src/live/checkpoint.js';
import { expiryShiftMs } from '../../../src/live/expiry-shift.js';
import type { SpoolSettings } from '../../../src/live/spool/settings.js';
import { Selection } from '../../../src/selection/selection.js';
import { endpoint } from '../../copy/support.js';
import { Closers } from '../../lab/closers.js';
import {
  fill,
  type LinkProxy,
  labDirectory,
  type RedisServer,
  type ServerVersion,
  startProxy,
  startRedis,
  waitFor,
} from '../../lab/index.js';
import { differences } from '../stream/differences.js';
import { Follower, mayMount } from './follower.js';
import { Noise } from './noise.js';
import { apart, leave, untilNothingExpires } from './settled.js';

const workflowId = 'soak';

export interface RoundOptions {
  versions: readonly (ServerVersion | undefined)[];
}

/** Two servers, the links to them, an application that writes to one, and a process that follows it to the other. */
export class FollowRound {
  /** What was done to it, for the message of a failure. */
  readonly history: string[] = [];
  follower!: Follower;
  source!: RedisServer;
  target!: RedisServer;
  sourceLink!: LinkProxy;
  targetLink!: LinkProxy;
  sourceVersion: ServerVersion | undefined;
  readonly #closers = new Closers();
  readonly #begun = performance.now();
  #noises: Noise[] = [];

  private constructor(
    readonly random: Random,
    readonly plan: Pick<MigrationPlan, 'filter' | 'rename'>,
    private readonly options: RoundOptions,
  ) {}

  static async run(
    random: Random,
    options: RoundOptions,
    body: (round: FollowRound) => Promise<void>,
  ): Promise<Record<string, number>> {
    const round = new FollowRound(random, random.pick(plans), options);
    try {
      await round.#begin();
      await body(round);
      return round.#numbers();
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${round.#evidence()}`, { cause: error });
    } finally {
      await round.#close();
    }
  }

  note(what: string): void {
    this.history.push(`${Math.round(performance.now() - this.#begun)} ms: ${what}`);
  }

  startServer(version: ServerVersion | undefined, persistence: 'none' | 'rdb' | 'aof'): Promise<RedisServer> {
    const { random } = this;
    const config = {
      'repl-backlog-size': random.pick(['16kb', '1mb', '64mb']),
      'repl-diskless-sync': random.pick(['yes', 'no']),
      appendfsync: random.pick(['always', 'everysec']),
    };
    const options = { ...(version && { version }), persistence, config };
    return this.#closers.keep(startRedis(options), server => server.discard());
  }

  startNoise(): void {
    const { random } = this;
    const [flushEvery, swapEvery] = [random.pick([1_000_000, 3000, 1000]), random.pick([0, 0, 500])];
    for (let n = random.integer(1, 4); n > 0; n--)
      this.#noises.push(
        new Noise({ source: () => this.source, random: new Random(random.integer(0, 2 ** 31)), flushEvery, swapEvery }),
      );
  }

  async stopNoise(): Promise<void> {
    await Promise.all(this.#noises.map(noise => noise.stop()));
  }

  /** Until the target has all of the source, and the two are equal, key by key. */
  async compare(): Promise<void> {
    await untilNothingExpires(this.source);
    await waitFor(() => this.#apart(), {
      what: 'the target to have all of the source',
      until: apart => apart === null,
      timeoutMs: 30_000,
      everyMs: 50,
    });
    this.#noFailure();
    await this.#equal(expiryShiftMs);
  }

  /** The follower ends, and nothing of it is left: the expiries are the source's own. */
  async finish(): Promise<void> {
    await this.follower.end('SIGTERM');
    await leave(this.target, workflowId);
    await this.#equal(0);
    this.#noFailure();
  }

  #noFailure(): void {
    const { failures } = this.follower;
    if (failures.length > 0) throw new Error(`an attempt failed: ${failures.join('\n')}`);
  }

  #numbers(): Record<string, number> {
    const writes = this.#noises.reduce((sum, noise) => sum + noise.writes, 0);
    return { writes, faults: this.history.length - 1, spoolFull: Number(this.follower.wasFull) };
  }

  async #begin(): Promise<void> {
    const { random, plan } = this;
    const { versions } = this.options;
    this.sourceVersion = random.pick(versions);
    this.source = await this.startServer(this.sourceVersion, random.pick(['rdb', 'aof']));
    this.target = await this.startServer(random.pick(versions), random.pick(['none', 'rdb', 'aof']));
    this.sourceLink = await this.#closers.keep(startProxy({ to: this.source }), it => it.close());
    this.targetLink = await this.#closers.keep(startProxy({ to: this.target }), it => it.close());
    const spool = random.pick(spools);
    const full = random.chance(0.15) && mayMount(labDirectory());
    const keys = full ? 0 : random.pick([0, 500, 5000]);
    for (const database of [0, 2]) await fill(this.source, { keys, database });
    const rate = { maxKeysPerSecond: random.pick([null, null, 4000]), maxBytesPerSecond: null };
    const [source, target] = [endpoint('source', this.sourceLink), endpoint('target', this.targetLink)];
    const request = { workflowId, source, target, plan, rate, targetWasEmpty: true, sourceKeys: 0 };
    this.follower = full
      ? new Follower({ ...request, spool: { ...spool, segmentBytes: 64 << 10, retryMs: 100 } }, 200_000)
      : new Follower({ ...request, spool });
    this.note(`${JSON.stringify({ plan, rate, spool, keys, full })}`);
  }

  async #equal(shiftMs: number): Promise<void> {
    const own = new RegExp(`^0/(${checkpointKey(workflowId)}|${fetchedKey(workflowId)}): `);
    const options = { selection: Selection.of(this.plan), expiryShiftMs: shiftMs, asReplicated: true, lateMs };
    const different = (await differences(this.source, this.target, options)).filter(line => !own.test(line));
    if (different.length > 0)
      throw new Error(
        `${different.length} keys differ:\n${different
          .slice(0, 10)
          .map(line => line.slice(0, 3000))
          .join('\n')}`,
      );
  }

  async #apart(): Promise<object | null> {
    const { source, target, follower } = this;
    if (follower.failures.length > 0) return null; // Nothing is waited for.
    const found = await apart(source, target, workflowId);
    return found && { ...found, progress: follower.progress };
  }

  #evidence(): string {
    const { source, target, follower, history } = this;
    const logs = [source, target].map(
      server => server && `--- ${server.address}\n${server.log().split('\n').slice(-15).join('\n')}`,
    );
    return [...history, JSON.stringify(follower?.progress), ...(follower?.failures ?? []), ...logs].join('\n');
  }

  async #close(): Promise<void> {
    for (const noise of this.#noises) void noise.stop();
    this.follower?.thaw();
    await this.follower?.end('SIGKILL');
    await this.#closers.close();
  }
}

/** A round lasts no longer than that. */
const lateMs = 30_000;
const small = { maxBytes: 600_000, unwrittenBytes: 50_000 };
const spools: Partial<SpoolSettings>[] = [{}, {}, { ...small, memoryBytes: 0 }, { ...small, memoryBytes: 100_000 }];

type Plan = Pick<MigrationPlan, 'filter' | 'rename'>;
const all = { match: [], exclude: [], types: [], databases: [] };
const unchanged: Plan = { filter: null, rename: null };
const plans: Plan[] = [
  ...[unchanged, unchanged, unchanged, unchanged, unchanged],
  { filter: { ...all, match: ['a:*', 'n:*', 'v:*', 'l:[0-2]', 'vh:*'] }, rename: null },
  { filter: { ...all, exclude: ['b:*', 'v:[0-4]', 'l:1'] }, rename: null },
  { filter: { ...all, types: ['string', 'hash'] }, rename: null },
  { filter: { ...all, databases: [0, 2] }, rename: { prefix: null, databases: { '0': 5 } } },
  { filter: null, rename: { prefix: { from: 'a:', to: 'other:' }, databases: {} } },
];
