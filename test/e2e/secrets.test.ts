import { describe, expect, it } from 'vitest';
import { fill, makeCertificates, scanForSecrets } from '../lab/index.js';
import { allHistories, processArguments, readable } from './support/history.js';
import type { Migration } from './support/migration.js';
import { takesWrites } from './support/snapshot.js';
import { useStage } from './support/stage.js';
import type { Trial, TrialOptions } from './support/trial.js';

const secrets = {
  SOURCE_PASSWORD: 'a "secret" of/the source?',
  TARGET_PASSWORD: 'the target keeps + this one',
  TARGET_FORMER: 'what the target logged in with before',
};
const certificates = makeCertificates();
const stage = useStage({
  env: { ...secrets, REDIS_CA: certificates.ca, REDIS_CERT: certificates.cert, REDIS_KEY: certificates.key },
});

const passwords: TrialOptions = {
  source: { password: secrets.SOURCE_PASSWORD },
  target: { password: secrets.TARGET_PASSWORD },
};
const inputOf = ({ source, target }: Trial) => ({
  source: { url: source.url, password: 'env:SOURCE_PASSWORD' },
  target: { url: target.url, password: 'env:TARGET_PASSWORD' },
  // The default users have different passwords.
  accept: ['application-users'],
});
const masterauth = async (server: Trial['source']) => (await server.cli('CONFIG', 'GET', 'masterauth')).split('\n')[1];

async function expectNoSecrets({ source, target }: Trial, migration: Migration, looked: string[]): Promise<void> {
  const [keyLine = ''] = certificates.key.split('\n').slice(1);
  const histories = await allHistories(stage.client);
  expect(histories.includes('env:SOURCE_PASSWORD')).toBe(true);
  scanForSecrets([...Object.values(secrets), keyLine], {
    histories,
    worker: stage.worker.output(),
    status: JSON.stringify(await migration.status()),
    report: await migration.report(),
    details: JSON.stringify(await migration.newest.query('__temporal_workflow_metadata')),
    description: readable((await migration.newest.describe()).raw),
    'ACL LIST': `${await source.cli('ACL', 'LIST')}\n${await target.cli('ACL', 'LIST')}`,
    processes: processArguments(),
    'what was looked at on the way': looked.join('\n'),
  });
}

describe.concurrent('passwords', () => {
  it('are nowhere to be seen after a migration and its rollback, and masterauth is as before', async context => {
    const trial = await stage.trial(context, passwords);
    await fill(trial.source, { keys: 100 });
    const migration = await trial.start(inputOf(trial));
    const looked: string[] = [];
    const look = async () => looked.push(JSON.stringify(await migration.status()), processArguments());
    await migration.untilReady();
    await look();
    // Its link stands, and it can't make another by itself.
    expect(await masterauth(trial.target)).toBe('stranger');
    await migration.cutOver();
    await look();
    await migration.update('rollback');
    expect((await migration.result()).outcome).toBe('rolled-back');
    expect(await masterauth(trial.source)).toBe('');
    expect(await masterauth(trial.target)).toBe(secrets.SOURCE_PASSWORD);
    expect(await trial.target.info('replication')).toMatchObject({ master_link_status: 'up' });
    await expectNoSecrets(trial, migration, looked);
  });

  it('that the target logged in with before are sealed, and put back', async context => {
    const trial = await stage.trial(context, passwords);
    await trial.target.cli('CONFIG', 'SET', 'masterauth', secrets.TARGET_FORMER);
    const migration = await trial.start(inputOf(trial));
    await migration.cutOver();
    await migration.update('complete');
    const { outcome, report } = await migration.result();
    expect(outcome).toBe('completed');
    expect(report).toContain('masterauth');
    expect(await masterauth(trial.target)).toBe(secrets.TARGET_FORMER);
    expect(await masterauth(trial.source)).toBe('');
    expect(await takesWrites(trial.target)).toBe(true);
    await expectNoSecrets(trial, migration, []);
  });

  it('that are wrong are not shown either, and a retry corrects the reference', async context => {
    const trial = await stage.trial(context, passwords);
    const input = inputOf(trial);
    const migration = await trial.start({ ...input, source: { ...input.source, password: 'env:TARGET_PASSWORD' } });
    const blocked = await migration.untilBlocked('AuthenticationFailed');
    await migration.update('retry', { patch: { source: { password: 'env:SOURCE_PASSWORD' } } });
    await migration.untilReady();
    await migration.update('abort');
    await migration.result();
    await expectNoSecrets(trial, migration, [JSON.stringify(blocked)]);
  });
});

describe.concurrent('mutual TLS', () => {
  it('carries a migration and its rollback, and the key stays with the worker', async context => {
    const tls = { ...certificates, mutual: true };
    const trial = await stage.trial(context, { source: { tls }, target: { tls } });
    await fill(trial.source, { keys: 100 });
    const references = { ca: 'env:REDIS_CA', cert: 'env:REDIS_CERT', key: 'env:REDIS_KEY' };
    const migration = await trial.start({
      source: { url: trial.source.url, tls: references },
      target: { url: trial.target.url, tls: references },
    });
    await migration.cutOver();
    expect(await trial.target.cli('EXISTS', 'key:99')).toBe('1');
    await migration.update('rollback');
    expect((await migration.result()).outcome).toBe('rolled-back');
    expect(await takesWrites(trial.source)).toBe(true);
    await expectNoSecrets(trial, migration, []);
  });
});
