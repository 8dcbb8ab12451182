import { existsSync, utimesSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tagSpools } from '../../../src/live/spool/spool-tag.js';
import { StreamSpool, spoolPlace } from '../../../src/live/spool/stream-spool.js';
import { waitFor } from '../../lab/index.js';
import { useStage } from '../support/stage.js';
import { host } from './hosts.js';

const stage = useStage();
const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;

/** As a worker that died two days ago has left it on that machine. */
async function leave(dir: string, workflowId: string): Promise<string> {
  await tagSpools(dir, workflowId, stage.temporal.namespace);
  const place = spoolPlace(dir, workflowId);
  const spool = await StreamSpool.open(place);
  await spool.begin({ replicationId: 'a'.repeat(40), offset: 1 });
  await spool.close();
  for (const name of await readdir(dir, { recursive: true })) utimesSync(join(dir, name), twoDaysAgo, twoDaysAgo);
  return place;
}

describe('a worker that starts where others have died', () => {
  it('removes the spools of migrations that Temporal knows no more, and of none that may be needed', async context => {
    const trial = await stage.trial(context);
    const ended = await trial.start({ dryRun: true });
    await ended.result();
    const running = await trial.start({ method: 'live' });
    const here = host();
    const dir = here.env.REDIS_MIGRATION_SPOOL_DIR;
    const kept = [await leave(dir, running.id), await leave(dir, ended.id)];
    const left = await leave(dir, 'a migration that nobody knows any more');
    const worker = await stage.ownWorker(context, { ...here, taskQueue: 'leftover-spools' });
    await waitFor(() => !existsSync(left), { what: 'the spool to be removed' });
    await waitFor(() => worker.output().includes('removed the spools'), { what: 'the removal to be told' });
    expect(kept.map(place => existsSync(place))).toEqual([true, true]);
  });
});
