import { Runtime } from '@temporalio/worker';
import { createRedactor } from '../src/server/redact.js';
import { createLogger } from './log.js';
import { readSettings } from './settings.js';
import { createWorkers } from './worker.js';

/** Runs until SIGTERM or SIGINT, then lets activities hand over. */
export async function main(): Promise<void> {
  const redactor = createRedactor();
  const settings = readSettings(process.env);
  Runtime.install({ logger: createLogger(settings.logLevel, redactor), shutdownSignals: [] });
  const workers = await createWorkers(settings, redactor);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => workers.shutdown());
  const running = workers.run();
  process.stdout.write('worker ready\n');
  await running;
}

await main().catch(error => {
  process.stderr.write(`The worker could not run: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
