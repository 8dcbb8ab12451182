import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, spawnChild } from './child.js';
import { type Address, type Connection, connect } from './connection.js';
import { assertFree, onPort } from './ports.js';
import { labDirectory } from './reaper.js';
import { redisBinary, redisVersion, type ServerVersion } from './redis-binary.js';
import { asArguments, type RedisSettings, redisDirectives } from './redis-config.js';
import { asText, RedisError } from './replies.js';

export interface RedisOptions extends RedisSettings {
  /** @default a free one */
  port?: number;
  /** Started from a file in its own directory, so that CONFIG REWRITE works. @default true */
  configFile?: boolean;
  /** One of `serverVersions()`. @default REDIS_MIGRATION_REDIS_SERVER, then the PATH */
  version?: ServerVersion;
}

/** Starts a real server of its own directory and port, and waits until it answers. */
export function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  return onPort(options.port, async port => {
    const server = new RedisServer(options, port);
    try {
      await server.restart();
      return server;
    } catch (error) {
      await server.discard();
      throw error;
    }
  });
}

export class RedisServer implements Address {
  readonly host = '127.0.0.1';
  readonly dir: string;
  readonly configPath: string | null;
  readonly password: string | undefined;
  readonly #binary: string;
  readonly #arguments: string[];
  readonly #tls: RedisOptions['tls'];
  #child: Child | undefined;

  constructor(
    options: RedisOptions,
    readonly port: number,
  ) {
    this.#binary = redisBinary(options.version);
    this.#tls = options.tls;
    this.password = options.password;
    this.dir = join(labDirectory(), `redis-${port}`);
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    const version = redisVersion(this.#binary);
    const directives = redisDirectives(options, { dir: this.dir, port, version });
    this.configPath = options.configFile === false ? null : join(this.dir, 'redis.conf');
    this.#arguments = this.configPath ? [this.configPath] : asArguments(directives);
    if (this.configPath) writeFileSync(this.configPath, directives.map(words => `${words.join(' ')}\n`).join(''));
  }

  get url(): string {
    return `${this.#tls ? 'rediss' : 'redis'}://${this.host}:${this.port}`;
  }

  /** `host:port` */
  get address(): string {
    return `${this.host}:${this.port}`;
  }

  /** What a client needs; with it, this is the Address of its default user. */
  get tls(): Address['tls'] {
    return this.#tls && { ca: this.#tls.ca, cert: this.#tls.cert, key: this.#tls.key };
  }

  get running(): boolean {
    return this.#child?.running() ?? false;
  }

  /** Of the process that runs, or ran last. */
  get pid(): number {
    if (!this.#child) throw new Error('this server was never started');
    return this.#child.pid;
  }

  connect(login: { username?: string; password?: string } = {}): Promise<Connection> {
    const { host, port, password, tls } = this;
    return connect({ host, port, password, tls, ...login });
  }

  /** One command on a connection of its own, answered as redis-cli would; an error reply is thrown. */
  async cli(...args: string[]): Promise<string> {
    const connection = await this.connect();
    try {
      return asText(await connection.send(...args));
    } finally {
      connection.close();
    }
  }

  /** The fields of INFO. */
  async info(section = 'everything'): Promise<Record<string, string>> {
    const lines = (await this.cli('INFO', section)).split('\r\n').filter(line => line.includes(':'));
    return Object.fromEntries(lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
  }

  /** What it printed so far, over all restarts. */
  log(): string {
    return existsSync(this.#logPath) ? readFileSync(this.#logPath, 'utf8') : '';
  }

  /** SIGTERM: saves if persistence is on. Its files stay, for a restart. */
  async stop(): Promise<void> {
    await this.#child?.end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#child?.end('SIGKILL');
  }

  pauseProcess(): void {
    this.#child?.signal('SIGSTOP');
  }

  resumeProcess(): void {
    this.#child?.signal('SIGCONT');
  }

  /** Starts it again (after a stop or a kill, too) on the same port, from the same directory. */
  async restart({ graceful = true, wipe = false }: { graceful?: boolean; wipe?: boolean } = {}): Promise<void> {
    await (graceful ? this.stop() : this.kill());
    if (wipe) for (const name of ['dump.rdb', 'appendonlydir', 'appendonly.aof']) this.#remove(name);
    await assertFree(this.port);
    const log = openSync(this.#logPath, 'a', 0o600);
    this.#child = await spawnChild(this.#binary, this.#arguments, { cwd: this.dir, stdio: ['ignore', log, log] });
    closeSync(log);
    await this.#untilReady(this.#child);
  }

  /** Kills it and removes its directory. */
  async discard(): Promise<void> {
    await this.kill();
    rmSync(this.dir, { recursive: true, force: true });
  }

  get #logPath(): string {
    return join(this.dir, 'redis.log');
  }

  #remove(name: string): void {
    rmSync(join(this.dir, name), { recursive: true, force: true });
  }

  async #untilReady(child: Child): Promise<void> {
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(5)) {
      if (!child.running()) throw new Error(`redis-server on port ${this.port} ended at start:\n${this.#logTail()}`);
      if (await this.#answers()) return;
    }
    throw new Error(`redis-server on port ${this.port} doesn't answer:\n${this.#logTail()}`);
  }

  async #answers(): Promise<boolean> {
    try {
      await this.cli('PING');
      return true;
    } catch (error) {
      // An error reply is an answer, whoever is let in, unless it says that the dataset isn't there yet.
      return error instanceof RedisError && error.code !== 'LOADING';
    }
  }

  #logTail = () => this.log().split('\n').slice(-15).join('\n');
}
