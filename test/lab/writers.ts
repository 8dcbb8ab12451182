import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { builtFile } from './built.js';
import { type Child, track } from './child.js';
import { allSettled } from './closers.js';
import type { Address } from './connection.js';
import { Journal } from './journal.js';
import { labDirectory } from './reaper.js';
import { waitFor } from './wait-for.js';
import { totalProgress, type WriterProgress, type WriterSettings } from './writer-messages.js';

export interface WritersOptions {
  /** Where they start. */
  source: Address;
  /** Where they go when the other refuses them, and the other way round. */
  target: Address;
  /** @default 8 */
  count?: number;
  /** Writes per second of each; below what it could do, so that the machine has time for what is measured. @default 500 */
  ratePerWriter?: number;
  /** They end by themselves after so long. @default never */
  keepMs?: number;
  /** How long one waits for a reply before it gives the connection up. @default as long as the connection stands */
  commandTimeoutMs?: number;
  /** Of their keys: a word without `/`. @default "writer" */
  prefix?: string;
}

/** Starts writers, each a process of its own, and waits until each has had a write acknowledged. */
export async function startWriters(options: WritersOptions): Promise<Writers> {
  const { count = 8 } = options;
  const directory = mkdtempSync(join(labDirectory(), 'journal-'));
  const starting = Array.from({ length: count }, (_, n) => Writer.start(settingsOf(options, n, directory)));
  const writers = new Writers(await allSettled(starting));
  try {
    await waitFor(() => writers.each.every(writer => writer.progress.acked > 0), {
      what: 'each writer to have written',
    });
    return writers;
  } catch (error) {
    await writers.kill();
    throw new Error(`${(error as Error).message}; ${JSON.stringify(writers.progress())}`, { cause: error });
  }
}

export class Writers {
  constructor(readonly each: readonly Writer[]) {}

  /** What they reported so far, some ten ms old. Throws when one of them died. */
  progress(): Omit<WriterProgress, 'ended'> {
    for (const writer of this.each) writer.assertWell();
    return totalProgress(this.each.map(writer => writer.progress));
  }

  /** Lets each finish its write (a second or two at most), and returns what they saw. */
  async stop(): Promise<Journal> {
    await Promise.all(this.each.map(writer => writer.stop()));
    return new Journal(
      this.each.map(writer => writer.settings.journal),
      this.progress(),
    );
  }

  /** Without a journal to trust afterwards: for clean-up only. */
  async kill(): Promise<void> {
    await Promise.all(this.each.map(writer => writer.child.end('SIGKILL')));
  }
}

class Writer {
  progress: WriterProgress = { acked: 0, ambiguous: 0, lastAckBy: {}, refusals: {}, ended: false };
  #stderr = '';

  private constructor(
    readonly child: Child,
    readonly settings: WriterSettings,
  ) {
    child.process.on('message', progress => {
      this.progress = progress as WriterProgress;
    });
    child.process.stderr?.on('data', text => {
      this.#stderr += text;
    });
  }

  static async start(settings: WriterSettings): Promise<Writer> {
    const process = fork(builtFile('test/lab/writer.js'), { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    await once(process, 'spawn');
    process.send(settings);
    return new Writer(track(process), settings);
  }

  async stop(): Promise<void> {
    if (this.child.running() && this.child.process.connected) this.child.process.send('stop');
    await this.child.exited;
    this.assertWell();
  }

  assertWell(): void {
    if (!this.child.running() && !this.progress.ended)
      throw new Error(`writer ${this.settings.writer} died: ${this.#stderr}`);
  }
}

function settingsOf(options: WritersOptions, writer: number, directory: string): WriterSettings {
  const { source, target, ratePerWriter = 500, keepMs = null, commandTimeoutMs = null, prefix = 'writer' } = options;
  return {
    writer,
    prefix,
    // Copied field by field: a server of the laboratory is an Address too, and more.
    candidates: [source, target].map(({ host, port, username, password, tls }) => ({
      ...{ host, port, username, password, tls },
    })) as [Address, Address],
    journal: join(directory, `writer-${writer}`),
    ratePerSecond: ratePerWriter,
    commandTimeoutMs,
    stopAfterMs: keepMs,
  };
}
