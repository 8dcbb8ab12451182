import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../lab/index.js';
import { migrationId as id, servers, useStandIn } from './support/stand-in.js';
import { Terminal } from './support/terminal.js';

const standIn = useStandIn();

describe('the looks at a migration', () => {
  it('status shows it, up to date by the heartbeat of what is under way', async () => {
    await standIn.start();
    const shown = await waitFor(async () => (await standIn.run('status')).stdout, {
      what: 'a heartbeat to be seen',
      until: text => text.includes('from a heartbeat'),
    });
    expect(shown.split('\n')).toEqual([
      id,
      'syncing: copies the source to the target, and follows it (by replication)',
      '',
      '  ▸ full-sync                   from a heartbeat',
      '',
      'Progress   [██████████████████░░░░░░] 77.7%  7 of 9 keys',
      '',
      'Next',
      '  Consent',
      `    redis-migration cutover ${id}`,
      '',
    ]);
  });

  it('repeats the connection that was typed in the commands to type next', async () => {
    await standIn.start();
    const terminal = new Terminal();
    const { address } = standIn.temporal;
    await terminal.run('status', '--address', address);
    expect(terminal.stdout).toContain(`    redis-migration cutover ${id} --address ${address}\n`);
  });

  it('status --exit-code tells that it waits for the operator, or how it ended', async () => {
    await standIn.start();
    expect((await standIn.run('status', '--exit-code')).code).toBe(0);
    await standIn.run('pause');
    expect((await standIn.run('status', '--exit-code')).code).toBe(8);
    await standIn.run('cutover');
    await standIn.run('rollback');
    await standIn.untilClosed();
    expect((await standIn.run('status', id, '--exit-code')).code).toBe(7);
  });

  it('list shows the running ones, and with --all the ended ones', async () => {
    await standIn.start();
    await standIn.untilListed(1);
    expect((await standIn.run('list')).stdout).toMatch(
      /^MIGRATION +STATE +STARTED +ENDED\n.* +syncing +\d{4}-\d\d-\d\d \d\d:\d\dZ\n$/,
    );
    await standIn.run('abort');
    await standIn.untilListed(0);
    expect((await standIn.run('list')).stdout).toBe('No migration is running.\n');
    const [first] = JSON.parse((await standIn.run('list', '--all', '--json')).stdout);
    expect(first).toMatchObject({ workflowId: id, execution: 'COMPLETED', phase: null, outcome: 'aborted' });
  });

  it('report is asked of the worker, and afterwards taken from the result', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'cli-'));
    const file = join(directory, 'report.md');
    await standIn.start();
    expect((await standIn.run('report')).stdout).toBe('# Report\n\n\n');
    await standIn.run('complete');
    await standIn.untilClosed();
    expect(await standIn.run('report', id, '--output', file)).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(file, 'utf8')).toBe('# Report\n\nDone.\n');
    rmSync(directory, { recursive: true });
  });

  it('undo waits until all is undone', async () => {
    const { code, stdout } = await standIn.run('undo', ...servers, '--migration', 'mine');
    const argument = { source: { url: 'redis://A:1' }, target: { url: 'redis://b:2' }, workflowId: 'mine' };
    expect({ code, stdout }).toEqual({ code: 0, stdout: `Undone.\n- ${JSON.stringify(argument)}\n` });
  });

  it('undo that came too late ends in 3', async () => {
    const { code, stdout } = await standIn.run('undo', ...servers, '--force', '--json');
    expect({ code, outcome: JSON.parse(stdout).outcome }).toEqual({ code: 3, outcome: 'too-late' });
  });

  it('undo tells what could not be undone, with the remedy', async () => {
    const { code, stderr } = await standIn.run('undo', ...servers, '--forget');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'The undoing failed:\nUndoIncomplete:\n  the source is gone\nRemedy: Bring the named server back',
    );
  });
});
