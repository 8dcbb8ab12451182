import { describe, expect, it } from 'vitest';
import { waitFor } from '../lab/index.js';
import { migrationId as id, useStandIn } from './support/stand-in.js';

const standIn = useStandIn();

describe('watch', () => {
  it('tells each change in a line, and ends with the migration', async () => {
    await standIn.start();
    const terminal = standIn.terminal();
    const watching = terminal.run('watch', id);
    await waitFor(() => terminal.stdout, { what: 'the first lines', until: text => text.includes('phase syncing') });
    await standIn.run('cutover', id);
    await waitFor(() => terminal.stdout, { what: 'the cutover', until: text => text.includes('phase observing') });
    await standIn.run('complete', id);
    expect(await watching).toBe(0);
    const untimed = terminal.lines.map(line => line.replace(/^\d\d:\d\d:\d\dZ /, ''));
    expect(untimed.filter(line => !line.startsWith('progress'))).toEqual([
      'phase syncing: copies the source to the target, and follows it',
      'step full-sync: running',
      `next: Consent: redis-migration cutover ${id}`,
      'phase observing: the target takes the writes and is watched',
      'note: cutover {}',
      'phase completed: done',
      'note: complete {}',
    ]);
    expect(terminal.stderr).toBe(`${id}: completed. The record: redis-migration report ${id}\n`);
  });

  it.each([
    ['reaches the phase', 'observing', 'cutover', 0],
    ['waits for the operator', 'observing', 'pause', 8],
  ])('--until ends when the migration %s', async (_, phase, message, code) => {
    await standIn.start();
    const watching = standIn.run('watch', id, '--until', phase, '--json');
    await standIn.run(message, id);
    const { code: ended, stdout } = await watching;
    expect(ended).toBe(code);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '').notes).toEqual([`${message} {}`]);
  });

  it('goes on through a restart of Temporal, and can be left while the migration goes on', async () => {
    await standIn.start();
    const terminal = standIn.terminal();
    const watching = terminal.run('watch', id);
    await waitFor(() => terminal.stdout, { what: 'the first lines', until: text => text.includes('phase syncing') });
    const impatient = standIn.terminal();
    const leaving = impatient.run('watch', id);
    await waitFor(() => impatient.stdout, { what: 'the first lines', until: text => text.includes('phase syncing') });
    await standIn.temporal.kill();
    await waitFor(() => terminal.stdout, {
      what: 'the outage to be told',
      until: text => text.includes('Temporal does not answer'),
    });
    impatient.interrupt();
    expect(await leaving).toBe(130);
    await standIn.temporal.restart();
    await waitFor(() => terminal.stdout, {
      what: 'the end of the outage to be told',
      until: text => text.includes('answers again'),
      timeoutMs: 20_000,
    });
    terminal.interrupt();
    expect(await watching).toBe(130);
    expect(terminal.stderr).toBe(`The migration goes on. Watch it: redis-migration watch ${id}\n`);
  });
});

it('a terminated migration is told with the way to undo it', async () => {
  await standIn.start();
  await waitFor(() => standIn.run('status', id), { what: 'a status', until: ({ code }) => code === 0 });
  expect(await standIn.run('undo', '--migration', id)).toMatchObject({ code: 3, stdout: '' });
  await standIn.terminate();
  const { code, stdout } = await standIn.run('status', id, '--exit-code');
  expect(code).toBe(1);
  expect(stdout).toContain(`${id}: terminated`);
  // Nobody would take a message any more.
  expect(stdout).not.toMatch(/^Next$/m);
  expect(stdout).toContain(`redis-migration undo --migration ${id}`);
  expect(await standIn.run('undo', '--migration', id, '--json')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('redis://A:1'),
  });
});

describe('without a worker', () => {
  it('a message becomes a signal at once where none ever polled', async () => {
    const warning = "No worker polls the task queue deserted yet: start one with 'redis-migration worker'.\n";
    expect(await standIn.start('--task-queue', 'deserted')).toMatchObject({ code: 0, stderr: warning });
    const began = Date.now();
    const { code, stdout } = await standIn.run('cutover', id);
    expect(Date.now() - began).toBeLessThan(3_000);
    expect(stdout.split('\n')[0]).toBe(
      `cutover for ${id}: no worker answers: sent as a signal instead, which waits for a worker`,
    );
    expect(code).toBe(0);
  });

  it('all looks say so with 5, a message becomes a signal, and a result needs none', async () => {
    await standIn.start();
    await standIn.run('complete', id);
    await standIn.untilClosed();
    await standIn.start('--workflow-id', 'other');
    await standIn.run('status', 'other');
    await standIn.worker.kill();

    const [status, report, sent, ended] = await Promise.all([
      standIn.run('status', 'other', '--json'),
      standIn.run('report', 'other'),
      standIn.run('pause', 'other', '--answer-within', '700ms', '--json'),
      standIn.run('report', id),
    ]);
    expect(JSON.parse(status.stdout)).toMatchObject({ name: 'other', phase: null, silence: 'no worker answers' });
    expect(status.stderr.split('\n')[0]).toBe('other is running, but no worker answers.');
    expect([status.code, report.code]).toEqual([5, 5]);
    expect(JSON.parse(sent.stdout)).toMatchObject({ how: 'signal', why: 'no worker answered' });
    expect(ended).toMatchObject({ code: 0, stdout: '# Report\n\nDone.\n' });
    expect(await standIn.signalsOf('other')).toEqual(['pause']);
  });
});
