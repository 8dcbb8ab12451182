import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { type Child, spawnChild } from './child.js';
import { assertFree, freePort, onPort } from './ports.js';
import { labDirectory } from './reaper.js';

export interface TemporalOptions {
  /** Where its state outlives a restart. @default a file that goes with this process; null keeps it in memory */
  dbFile?: string | null;
  /** Serves the Web UI too. @default false */
  ui?: boolean;
  /** gRPC port. @default a free one */
  port?: number;
  /** `KEY=VALUE` with JSON values. None is set unless given here. */
  dynamicConfig?: string[];
  /** `NAME=TYPE` */
  searchAttributes?: string[];
}

/** Starts Temporal's dev server on free ports, and waits until its default namespace serves. */
export function startTemporal(options: TemporalOptions = {}): Promise<TemporalServer> {
  return onPort(options.port, async port => {
    const server = new TemporalServer(options, port, options.ui ? await freePort() : null);
    try {
      await server.restart();
      return server;
    } catch (error) {
      await server.discard();
      throw error;
    }
  });
}

export class TemporalServer {
  readonly address: string;
  readonly namespace = 'default';
  /** Null without `ui`. */
  readonly uiUrl: string | null;
  readonly #port: number;
  readonly #arguments: string[];
  readonly #logPath: string;
  readonly #ownFiles: string[];
  #child: Child | undefined;

  constructor(options: TemporalOptions, port: number, uiPort: number | null) {
    this.#port = port;
    this.address = `127.0.0.1:${port}`;
    this.uiUrl = uiPort === null ? null : `http://127.0.0.1:${uiPort}`;
    const own = join(labDirectory(), `temporal-${port}`);
    this.#logPath = `${own}.log`;
    this.#ownFiles = [this.#logPath, ...['.db', '.db-wal', '.db-shm'].map(end => `${own}${end}`)];
    const { dbFile = `${own}.db`, dynamicConfig = [], searchAttributes = [] } = options;
    this.#arguments = [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'error'],
      ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort)]),
      ...(dbFile === null ? [] : ['--db-filename', dbFile]),
      ...dynamicConfig.flatMap(setting => ['--dynamic-config-value', setting]),
      ...searchAttributes.flatMap(attribute => ['--search-attribute', attribute]),
    ];
  }

  get pid(): number {
    if (!this.#child) throw new Error('this server was never started');
    return this.#child.pid;
  }

  log(): string {
    return readFileSync(this.#logPath, 'utf8');
  }

  async stop(): Promise<void> {
    await this.#child?.end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#child?.end('SIGKILL');
  }

  /** Starts it again (after a stop or a kill, too) on the same ports, with the state of its file. */
  async restart({ graceful = true }: { graceful?: boolean } = {}): Promise<void> {
    await (graceful ? this.stop() : this.kill());
    await assertFree(this.#port);
    const log = openSync(this.#logPath, 'a', 0o600);
    this.#child = await spawnServer(this.#arguments, log);
    closeSync(log);
    await this.#untilServing(this.#child);
  }

  /** Kills it and removes its own files. */
  async discard(): Promise<void> {
    await this.kill();
    for (const file of this.#ownFiles) rmSync(file, { force: true });
  }

  async #untilServing(child: Child): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
      if (!child.running()) throw new Error(`the Temporal server ended at start:\n${this.log()}`);
      if (await serves(this.address, this.namespace)) return;
    }
    throw new Error(`the Temporal server on ${this.address} doesn't serve:\n${this.log()}`);
  }
}

async function serves(address: string, namespace: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: '2s' });
    await connection.workflowService.describeNamespace({ namespace }).finally(() => connection.close());
    return true;
  } catch {
    return false;
  }
}

/** The `temporal` of `TEMPORAL_CLI_PATH`, else of the PATH. */
async function spawnServer(args: string[], log: number): Promise<Child> {
  const binary = process.env.TEMPORAL_CLI_PATH || 'temporal';
  try {
    return await spawnChild(binary, args, { stdio: ['ignore', log, log] });
  } catch (cause) {
    throw new Error(`${binary} doesn't run: 'npm run setup' installs a temporal, or set TEMPORAL_CLI_PATH`, { cause });
  }
}
