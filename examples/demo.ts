import { mkdir, writeFile } from 'node:fs/promises';
import { audit, lab, writeGap } from '../test/lab/index.js';
import { untilInterrupted } from './demo/interrupt.js';
import { DemoMigration } from './demo/migration.js';
import { type Proof, prove } from './demo/proof.js';
import { say, title } from './demo/say.js';
import { prepareServers } from './demo/servers.js';

/**
 * The whole job on this machine: two real Redis servers, Temporal with its UI, a worker and live writers. Migrates, cuts
 * over under load, and proves that no acknowledged write was lost. `--keep` leaves all of it running to look at.
 */
const keep = process.argv.includes('--keep');
const persistence = 'rdb' as const;

title('Starting two Redis servers, Temporal and a worker');
const it = await lab({ source: { persistence }, target: { persistence }, temporal: { ui: true } });
const stopped = untilInterrupted();
try {
  await prepareServers(it.source);
  const writers = await it.startWriters({ ratePerWriter: 200 });
  say(`source    ${it.source.host}:${it.source.port}`, `target    ${it.target.host}:${it.target.port}`);
  say(
    `Temporal  ${it.temporal.address}`,
    `its UI    ${it.temporal.uiUrl}`,
    'writers   8 processes, writing to the source',
  );

  const migration = await DemoMigration.start(it, keep);
  title(`Migrating: ${migration.id}`);
  await migration.follow(status => status.canCutOver, stopped.signal);

  title('In sync and verified. An operator would now type:');
  say(`redis-migration cutover ${migration.id}`);
  await migration.handle.signal('cutover', {});
  await migration.follow(status => status.phase === (keep ? 'keeping-source' : 'completed'), stopped.signal);

  if (keep) await lookAround(migration);
  const journal = await writers.stop();
  const proof: Proof = {
    audit: await audit(it.target, journal),
    gap: writeGap(journal.entries),
    writePauseMs: (await migration.status()).cutover?.writePauseMs ?? null,
  };
  title('The proof');
  const proven = prove(proof);
  await saveReport(migration);
  process.exitCode = proven ? 0 : 1;
} catch (error) {
  if (!stopped.signal.aborted) throw error;
  say('Stopped; nothing is left running.');
  process.exitCode = 130;
} finally {
  stopped.end();
  await it.close();
}

async function saveReport(migration: DemoMigration): Promise<void> {
  const report = await migration.report();
  await mkdir('artifacts', { recursive: true });
  const file = `artifacts/${migration.id}.md`;
  await writeFile(file, report);
  title(`The report (whole: ${file})`);
  say(...report.split('\n').slice(0, 45), '...');
}

async function lookAround(migration: DemoMigration): Promise<void> {
  title('All of it keeps running. Look around:');
  const address = `TEMPORAL_ADDRESS=${it.temporal.address}`;
  say(
    `${it.temporal.uiUrl}/namespaces/default/workflows/${migration.id}`,
    ...['watch', 'report', 'rollback', 'complete'].map(
      name => `${address} npm run -s redis-migration -- ${name} ${migration.id}`,
    ),
    '',
    'Ctrl-C ends everything.',
  );
  await stopped.happened;
}
