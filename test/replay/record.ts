import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Trial } from '../e2e/support/trial.js';
import { Closers } from '../lab/closers.js';
import { startTemporal, startWorker } from '../lab/index.js';
import { toHistoryFile } from './history-file.js';
import { scenarios } from './scenarios.js';

/**
 * Records the histories that replay.test.ts replays, from real migrations:
 *
 *     npm run build && TEMPORAL_CLI_PATH=... node dist/test/replay/record.js [NAME...]
 *
 * To be run when a workflow changes on purpose. As long as migrations of a released version may be running, old
 * histories stay and new ones get other names.
 */
async function record(names: string[]): Promise<void> {
  const closers = new Closers();
  try {
    const temporal = await closers.keep(startTemporal(), it => it.discard());
    await closers.keep(startWorker({ address: temporal.address }), it => it.kill());
    const connection = await closers.keep(Connection.connect({ address: temporal.address }), it => it.close());
    const client = new Client({ connection });
    const wanted = Object.keys(scenarios).filter(name => names.length === 0 || names.includes(name));
    await Promise.all(wanted.map(name => recordOne(client, name)));
  } finally {
    await closers.close();
  }
}

async function recordOne(client: Client, name: string): Promise<void> {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`no scenario ${name}`);
  const trial = await Trial.begin(client, {});
  try {
    const migration = await scenario(trial, name);
    const { runId } = await migration.newest.describe();
    const history = await client.workflow.getHandle(migration.id, runId).fetchHistory();
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `${name}.json`), toHistoryFile(history));
    process.stdout.write(`${name}: ${history.events?.length ?? 0} events\n`);
  } finally {
    await trial.close();
  }
}

/** Of the sources, seen from the root of the checkout. */
const directory = join('test', 'replay', 'histories');

await record(process.argv.slice(2));
