import { createRedactor } from '../../../src/server/redact.js';
import { readSettings } from '../../../worker/settings.js';
import { createWorkers } from '../../../worker/worker.js';

/** A worker that kills itself right after the act of a cutover that `CRASH_AFTER` names. */
const crashAfter = process.env.CRASH_AFTER;
const workers = await createWorkers(readSettings(process.env), createRedactor(), {
  onAct: ({ act }) => {
    if (act === crashAfter) process.kill(process.pid, 'SIGKILL');
  },
});
const running = workers.run();
process.stdout.write('worker ready\n');
await running;
