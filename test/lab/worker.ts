import { join } from 'node:path';
import { builtFile } from './built.js';
import { type Child, spawnChild } from './child.js';
import { labDirectory } from './reaper.js';

export interface WorkerOptions {
  /** Temporal's, `host:port`. */
  address: string;
  taskQueue?: string;
  /** Added to this process's environment: the secrets, for example. */
  env?: Record<string, string>;
  /** What messages call it. @default "worker" */
  name?: string;
  /** What runs. @default the built worker/main.js */
  entry?: string;
  /** @default 30000 */
  readyWithinMs?: number;
}

export interface WorkerProcess {
  readonly name: string;
  readonly pid: number;
  running(): boolean;
  kill(): Promise<void>;
  /** SIGSTOP: it holds its connections and does nothing. */
  freeze(): void;
  thaw(): void;
  /** SIGTERM; the exit code, null when it had to be killed. */
  stop(patienceMs?: number): Promise<number | null>;
  /** Standard output and error so far. */
  output(): string;
}

/** Starts a worker as a process of its own, and waits until it polls. */
export async function startWorker(options: WorkerOptions): Promise<WorkerProcess> {
  const { address, taskQueue, env, name = 'worker', entry = builtFile('worker/main.js') } = options;
  const child = await spawnChild(process.execPath, [entry], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      // The same for all that are started here: another one goes on from it.
      REDIS_MIGRATION_SPOOL_DIR: join(labDirectory(), 'spools'),
      ...process.env,
      TEMPORAL_ADDRESS: address,
      ...(taskQueue === undefined ? {} : { REDIS_MIGRATION_TASK_QUEUE: taskQueue }),
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.process.stdout, child.process.stderr])
    stream?.setEncoding('utf8').on('data', text => {
      output += text;
    });
  await untilReady(child, { name, output: () => output, withinMs: options.readyWithinMs ?? 30_000 });
  return {
    name,
    pid: child.pid,
    running: child.running,
    kill: async () => void (await child.end('SIGKILL')),
    freeze: () => child.signal('SIGSTOP'),
    thaw: () => child.signal('SIGCONT'),
    stop: async patienceMs => (await child.end('SIGTERM', patienceMs ?? 30_000)).code,
    output: () => output,
  };
}

async function untilReady(child: Child, worker: { name: string; output(): string; withinMs: number }): Promise<void> {
  const ready = new Promise<'ready'>(resolve =>
    child.process.stdout?.on('data', () => /^worker ready$/m.test(worker.output()) && resolve('ready')),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>(resolve => {
    timer = setTimeout(resolve, worker.withinMs, 'late');
  });
  const first = await Promise.race([ready, late, child.exited.then(() => 'ended' as const)]);
  clearTimeout(timer);
  if (first === 'ready') return;
  await child.end('SIGKILL');
  const what = first === 'late' ? `wasn't ready within ${worker.withinMs} ms` : 'ended at start';
  throw new Error(`${worker.name} ${what}:\n${worker.output()}`);
}
