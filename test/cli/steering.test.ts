import { describe, expect, it } from 'vitest';
import * as library from '../../src/index.js';
import { waitFor } from '../lab/index.js';
import { migrationId as id, servers, useStandIn } from './support/stand-in.js';

const standIn = useStandIn();

describe('start', () => {
  it('says what was started, and what to type next', async () => {
    const { code, stdout, stderr } = await standIn.start();
    expect(
      stdout
        .replace(/[0-9a-f-]{36}/, 'RUN')
        .replaceAll(/:\d{5}/g, ':PORT')
        .split('\n'),
    ).toEqual([
      `Started ${id}`,
      '  run RUN in namespace default at 127.0.0.1:PORT',
      'Next:',
      `  redis-migration watch ${id}`,
      `  redis-migration status ${id}`,
      `  redis-migration cutover ${id}`,
      `  redis-migration abort ${id}`,
      '',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('says where to see it, when it was told where the UI is', async () => {
    const terminal = standIn.terminal({ env: { REDIS_MIGRATION_UI_URL: 'https://temporal.internal/ui/' } });
    expect(await terminal.run('start', ...servers)).toBe(0);
    expect(terminal.stdout).toContain(`\n  UI  https://temporal.internal/ui/namespaces/default/workflows/${id}\n`);
  });

  it('gives the workflow exactly the input that was typed', async () => {
    await standIn.start('--set', 'cutover.mode=auto', '--set', 'source.password=env:SOURCE_PASSWORD');
    expect(await standIn.inputOf(id)).toEqual({
      source: { url: 'redis://A:1', password: 'env:SOURCE_PASSWORD' },
      target: { url: 'redis://b:2' },
      cutover: { mode: 'auto' },
    });
  });

  it('tells scripts the ids as JSON', async () => {
    const { stdout } = await standIn.start('--json', '--workflow-id', 'mine');
    expect(JSON.parse(stdout)).toMatchObject({ workflowId: 'mine', namespace: 'default' });
  });

  it('is refused with 3 where a migration of that id runs', async () => {
    await standIn.start();
    expect(await standIn.start()).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining(`${id} runs already`),
    });
  });

  it('with --wait waits for the end, and tells it by its exit code', async () => {
    const waiting = standIn.start('--wait');
    await waitFor(async () => (await standIn.run('abort', id)).code === 0, { what: 'the abort to be taken' });
    const { code, stderr } = await waiting;
    expect({ code, stderr }).toEqual({ code: 6, stderr: `${id}: aborted. The record: redis-migration report ${id}\n` });
  });

  it('with --wait ends in 2 when the worker refuses the input', async () => {
    const { code, stderr } = await standIn.start('--wait', '--dry-run');
    expect(code).toBe(2);
    expect(stderr.split('\n').slice(0, 4)).toEqual([
      `${id}: failed`,
      'InvalidInput:',
      '  source.url: bad',
      '  target.url: worse',
    ]);
  });
});

describe('a message', () => {
  it.each([
    [['cutover', '--accept-loss-bytes', '1MiB'], 'cutover {"acceptLossBytes":1048576}'],
    [['pause'], 'pause {}'],
    [['resume'], 'resume {}'],
    [['abort', '--reason', 'not today'], 'abort {"reason":"not today"}'],
    [['complete'], 'complete {}'],
    [
      ['set-rate', '--max-keys-per-second', '9', '--max-bytes-per-second', 'none'],
      'setRate {"maxKeysPerSecond":9,"maxBytesPerSecond":null}',
    ],
  ])('%j reaches the only migration that runs, and is answered', async (argv, got) => {
    await standIn.start();
    const { code, stdout } = await standIn.run(...argv);
    const [name = ''] = got.split(' ');
    expect(stdout.split('\n')[0]).toBe(`${name} for ${id}: accepted: ${name} is recorded`);
    expect(code).toBe(0);
    expect((await standIn.run('status', id, '--json')).stdout).toContain(JSON.stringify(got).slice(1, -1));
  });

  it('that is refused says why, and ends in 3', async () => {
    await standIn.start();
    expect(await standIn.run('rollback')).toEqual({
      code: 3,
      stdout: '',
      stderr: 'Refused: nothing was promoted yet\n',
    });
  });

  it('that was accepted is not sent again when its answer takes too long', async () => {
    await standIn.start();
    const { stdout } = await standIn.run(
      'retry',
      '--patch',
      '{"accept":["versions"]}',
      '--answer-within',
      '300ms',
      '--json',
    );
    expect(JSON.parse(stdout)).toEqual({ workflowId: id, message: 'retry', how: 'update', answered: false });
    expect(JSON.parse((await standIn.run('status', '--json')).stdout).notes).toEqual([
      'retry {"patch":{"accept":["versions"]}}',
    ]);
  });

  it('to an ended migration is refused', async () => {
    await standIn.start();
    await standIn.run('complete');
    await standIn.untilClosed();
    expect(await standIn.run('pause', id)).toMatchObject({ code: 3, stderr: 'Refused: the migration has ended\n' });
  });
});

describe('which migration is meant', () => {
  it('must be said where several run', async () => {
    await standIn.start();
    await standIn.start('--workflow-id', 'other');
    await standIn.untilListed(2);
    const { code, stderr } = await standIn.run('status');
    expect(code).toBe(2);
    expect(stderr.trim().split('\n').sort()).toEqual(
      [`  ${id}`, '  other', 'Several migrations are running; say which is meant:'].sort(),
    );
  });

  it.each([
    ['none runs', [], 'No migration is running.'],
    ['none has that id', ['nonesuch'], 'There is no migration nonesuch here.'],
    ['that id is something else', ['else'], 'else is a workflow of the type somethingElse, not a migration.'],
  ])('is told with 4 when %s', async (_, ids, message) => {
    await standIn.startOther();
    const { code, stderr } = await standIn.run('cutover', ...ids);
    expect(code).toBe(4);
    expect(stderr).toContain(message);
  });
});

describe('the library', () => {
  const input = { source: { url: 'redis://A:1' }, target: { url: 'redis://b:2' } };

  it('starts and steers a migration as the command does', async () => {
    const { workflowId } = await library.startMigration(standIn.client, input);
    expect(workflowId).toBe(id);
    const migration = library.getMigration(standIn.client, workflowId);
    expect((await migration.status()).phase).toBe('syncing');
    await expect(migration.rollback()).rejects.toThrow(library.Refusal);
    expect(await migration.cutover()).toEqual({ how: 'update', answered: true, answer: 'cutover is recorded' });
    expect(await migration.complete({ signal: true })).toEqual({ how: 'signal', why: 'asked for' });
    expect((await migration.result()).outcome).toBe('completed');
  });

  it('refuses an input with every problem at once', async () => {
    const bad = { ...input, method: 'magic' as 'live', keepSourceFor: 'long' };
    await expect(library.startMigration(standIn.client, bad)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(/^method: .*\nkeepSourceFor: /s),
    });
  });
});
