import { setTimeout as sleep } from 'node:timers/promises';
import { JournalFile } from './journal-file.js';
import { keysOf, writeOperation } from './write-operation.js';
import { Pace, WriterLink } from './writer-link.js';
import type { WriterProgress, WriterSettings } from './writer-messages.js';

/**
 * A process that writes: one command at a time, each acknowledged before the next, all of it in its journal. It knows
 * two addresses and nothing of migrations; refused by one it tries the other, no faster than every millisecond.
 */
async function run(settings: WriterSettings): Promise<void> {
  const journal = new JournalFile(settings.journal);
  const link = new WriterLink(settings.candidates, settings.commandTimeoutMs);
  const progress: WriterProgress = { acked: 0, ambiguous: 0, lastAckBy: {}, refusals: {}, ended: false };
  const pace = new Pace(settings.ratePerSecond);
  const stopping = stopSignal(settings, link);
  const reports = setInterval(() => report(progress, journal), 25);

  let generation = 0;
  for (let seq = 1; !stopping.aborted; seq++) {
    const operation = writeOperation({ keys: keysOf({ ...settings, generation }), seq });
    for (; !stopping.aborted; await sleep(1)) {
      const delivery = await link.deliver(operation.command);
      if (delivery.outcome === 'refused') {
        progress.refusals[delivery.why] = (progress.refusals[delivery.why] ?? 0) + 1;
        continue;
      }
      journal.add({ ...delivery, operation: operation.name, key: operation.key, seq });
      progress[delivery.outcome]++;
      if (delivery.outcome === 'acked') progress.lastAckBy[delivery.server] = delivery.at;
      else generation++;
      break;
    }
    await pace.turn();
  }

  clearInterval(reports);
  link.drop();
  journal.close();
  process.send?.({ ...progress, ended: true }, () => process.disconnect());
}

function report(progress: WriterProgress, journal: JournalFile): void {
  journal.flush();
  process.send?.(progress);
}

/** A reply that is still to come at the end is waited for, within reason: otherwise its outcome can't be known. */
function stopSignal({ stopAfterMs }: WriterSettings, link: WriterLink): AbortSignal {
  const stopping = new AbortController();
  const stop = () => {
    stopping.abort();
    setTimeout(() => link.drop(), 2000).unref();
  };
  process.on('message', message => message === 'stop' && stop());
  process.on('disconnect', () => process.exit());
  if (stopAfterMs !== null) setTimeout(stop, stopAfterMs).unref();
  return stopping.signal;
}

process.once('message', settings => run(settings as WriterSettings));
