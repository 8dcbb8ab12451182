import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { Runtime } from '@temporalio/worker';
import { createRedactor } from '../../src/server/redact.js';
import { createLogger } from '../../worker/log.js';
import { readSettings } from '../../worker/settings.js';
import { createWorkers } from '../../worker/worker.js';

/**
 * A worker to which something happens right after an act of a cutover: `FAULTS` is a directory in which the file
 * `WORKFLOW.ACT` says what, `kill`, `kill MS` (later), `stop` or `wait MS`. Of several workers the first to come there takes the file.
 */
const directory = process.env.FAULTS ?? '';

async function onAct({ act, at }: { act: string; at: number }): Promise<void> {
  const { workflowId } = Context.current().info.workflowExecution ?? {};
  process.stdout.write(`act ${act} of ${workflowId} after ${at} ms\n`);
  const fault = take(`${workflowId}.${act}`);
  if (fault === null) return;
  process.stdout.write(`fault ${fault}\n`);
  const [what, ms] = fault.split(' ');
  if (what === 'stop') process.kill(process.pid, 'SIGSTOP');
  else if (what === 'wait') await sleep(Number(ms));
  else if (ms) setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(ms));
  else process.kill(process.pid, 'SIGKILL');
}

function take(name: string): string | null {
  const file = join(directory, name);
  const taken = join(directory, `taken.${process.pid}.${name}`);
  if (!existsSync(file)) return null;
  try {
    renameSync(file, taken);
    return readFileSync(taken, 'utf8');
  } catch {
    return null; // another worker was quicker
  }
}

const redactor = createRedactor();
const settings = readSettings(process.env);
Runtime.install({ logger: createLogger(settings.logLevel, redactor), shutdownSignals: [] });
const workers = await createWorkers(settings, redactor, { onAct });
process.once('SIGTERM', () => workers.shutdown());
const running = workers.run();
process.stdout.write('worker ready\n');
await running;
