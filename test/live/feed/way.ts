import { fork } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { armBacklog } from '../../../src/live/feed/arm-backlog.js';
import { type FeedBackRequest, type FeedReport, feedBack } from '../../../src/live/feed/feed-back.js';
import type { Endpoint } from '../../../src/server/endpoint.js';
import { builtFile } from '../../lab/built.js';
import { type Child, track } from '../../lab/child.js';
import {
  type Command,
  type Content,
  contents,
  labDirectory,
  type RedisOptions,
  type RedisServer,
  replicate,
  startRedis,
  waitFor,
} from '../../lab/index.js';
import { park, pointTo } from './parked.js';

const ownKey = /^\d+\/__redis-migration:/;

export interface WayOptions {
  source?: RedisOptions;
  target?: RedisOptions;
  /** Filled before the target has what the source has. */
  fill?(source: RedisServer): Promise<void>;
  request?: Partial<FeedBackRequest>;
}

const endpoint = (side: Endpoint['side'], { host, port, password }: RedisServer): Endpoint => {
  return { side, host, port, ...(password === undefined ? {} : { password }) };
};

/** Servers before 7.0 say in their stream, and when they are asked, how long a key has still to live. */
const toleranceMs = 200;

function alike(one: Content, other: Content | undefined): void {
  if (Math.abs((one.expiresAt ?? 0) - (other?.expiresAt ?? 0)) <= toleranceMs) one.expiresAt = other?.expiresAt ?? null;
}

async function send(server: RedisServer, ...commands: Command[]): Promise<void> {
  const connection = await server.connect();
  await connection.pipeline(commands);
  connection.close();
}

/** A parked source and a promoted target with the same data, and what feeds the one with the writes of the other. */
export class Way {
  report: FeedReport | undefined;
  readonly reports: FeedReport[] = [];
  #child: Child | undefined;
  #running: { stop: AbortController; ended: Promise<unknown> } | undefined;

  private constructor(
    readonly source: RedisServer,
    readonly target: RedisServer,
    readonly request: FeedBackRequest,
  ) {}

  static async begin(options: WayOptions = {}): Promise<Way> {
    const source = await startRedis({ persistence: 'none', ...options.source });
    const target = await startRedis({ persistence: 'none', ...options.target });
    if (options.fill) {
      await options.fill(source);
      await replicate({ from: source, to: target });
      await target.cli('REPLICAOF', 'NO', 'ONE');
    }
    const from = await armBacklog(endpoint('target', target));
    // The last that the migration itself brings over: it must not come back.
    for (const server of [source, target]) await send(server, ['SELECT', 2], ['INCR', 'before']);
    const parked = await park(source);
    const promotedAt = Number((await target.info('replication')).master_repl_offset);
    return new Way(source, target, {
      source: { endpoint: endpoint('source', source), ...parked },
      target: { endpoint: endpoint('target', target), from, promotedAt },
      checkpointKey: '__redis-migration:live:test',
      plan: { filter: null, rename: null },
      dir: join(mkdtempSync(join(labDirectory(), 'feed-')), 'spool'),
      listen: { host: '127.0.0.1', port: 0 },
      ...options.request,
    });
  }

  /** Runs the feed, at the port that it had before. */
  start(): void {
    const stop = new AbortController();
    const hooks = { signal: stop.signal, onReport: (report: FeedReport) => this.#take(report) };
    this.#running = { stop, ended: feedBack(this.#again(), hooks).catch(error => error) };
  }

  /** Runs the feed in a process of its own, which `kill` kills. */
  fork(): void {
    const child = track(fork(builtFile('test/live/feed/feed-process.js'), { execArgv: [] }));
    child.process.on('message', report => this.#take(report as FeedReport));
    child.process.send(this.#again());
    this.#child = child;
  }

  async kill(): Promise<void> {
    await this.#child?.end('SIGKILL');
  }

  #again(): FeedBackRequest {
    const port = this.reports.find(report => report.port !== null)?.port ?? 0;
    this.report = undefined;
    return { ...this.request, listen: { ...this.request.listen, port } };
  }

  #take(report: FeedReport): void {
    this.report = report;
    this.reports.push(report);
  }

  async stop(): Promise<unknown> {
    this.#running?.stop.abort(new Error('stopped'));
    return this.#running?.ended;
  }

  /** Starts the feed, and points the source to it. */
  async connect(how: 'start' | 'fork' = 'start'): Promise<void> {
    this[how]();
    const port = await waitFor(() => this.report?.port, { what: 'the feed to listen' });
    await pointTo(this.source, port as number);
  }

  /** Until the source has all that the target has now. */
  async untilEqual(timeoutMs = 30_000): Promise<void> {
    const goal = Number((await this.target.info('replication')).master_repl_offset);
    await waitFor(() => this.report, {
      what: `the source to have applied offset ${goal}`,
      timeoutMs,
      until: report => (report?.appliedOffset ?? 0) >= goal || report?.lost != null,
    });
  }

  /** Takes the source back. @returns what both hold, without the product's own keys */
  async rollBack() {
    await this.untilEqual();
    if (this.report?.lost) throw new Error(`the way back is lost: ${this.report.lost}`);
    await this.source.cli('REPLICAOF', 'NO', 'ONE');
    const both = [this.source, this.target].map(async server => {
      const all = await contents(server, { acrossVersions: true });
      return Object.fromEntries([...all].filter(([key]) => !ownKey.test(key)));
    });
    const [source, target] = (await Promise.all(both)) as [Record<string, Content>, Record<string, Content>];
    for (const [key, content] of Object.entries(source)) alike(content, target[key]);
    return { source, target };
  }

  async end(): Promise<void> {
    await this.stop();
    await this.kill();
    await Promise.all([this.source.discard(), this.target.discard()]);
  }
}
