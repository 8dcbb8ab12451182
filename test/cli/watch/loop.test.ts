import { WorkflowNotFoundError } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../src/cli/client/snapshot.js';
import { Interrupts } from '../../../src/cli/watch/interrupts.js';
import type { Known } from '../../../src/cli/watch/known.js';
import { type WatchOptions, watch } from '../../../src/cli/watch/loop.js';
import type { MigrationStatus } from '../../../src/contract/status.js';
import { samples } from '../support/samples.js';
import { Terminal } from '../support/terminal.js';

const running = (status: MigrationStatus | null): Snapshot => ({
  workflowId: 'M',
  runId: 'R',
  execution: 'RUNNING',
  status,
  result: null,
  failure: null,
  silence: status === null ? 'no worker answers' : null,
});
const ended = { ...running(samples.completed), execution: 'COMPLETED' as const };
const outage = Object.assign(new Error('x'), { details: 'no connection', metadata: {}, code: 14 });

/** Watches looks that give one thing after the other, the last again and again. */
const watching = (looks: (Snapshot | Error | 'never')[], options: Partial<WatchOptions> = {}) => {
  const terminal = new Terminal();
  const interrupts = new Interrupts(terminal.context);
  const shown: Known[] = [];
  let closed = 0;
  const look = async (): Promise<Snapshot> => {
    const next = looks.length > 1 ? looks.shift() : looks[0];
    if (next === 'never' || next === undefined) return new Promise(() => {});
    if (next instanceof Error) throw next;
    return next;
  };
  const close = () => {
    closed += 1;
  };
  const view = { show: (known: Known) => void shown.push(known), close };
  const end = watch({ look, view, interrupts, intervalMs: 5, ...options }).finally(() => interrupts.close());
  return { end, shown, terminal, closed: () => closed };
};

describe('watching', () => {
  it('shows each status until the migration ends', async () => {
    const { end, shown, closed } = watching([running(samples.syncing), running(samples.observing), ended]);
    expect(await end).toEqual({ kind: 'ended', snapshot: ended });
    expect(shown.map(({ status }) => status?.phase)).toEqual(['syncing', 'observing', 'completed']);
    expect(closed()).toBe(1);
  });

  it('keeps the last status through outages, with a warning', async () => {
    const { end, shown } = watching([running(samples.syncing), outage, running(null), running(samples.syncing), ended]);
    await end;
    expect(new Set(shown.slice(1, 3).map(({ silentSince }) => silentSince)).size).toBe(1);
    const time = /\d\d:\d\d:\d\dZ/;
    expect(shown.map(({ status, warning }) => [status?.phase, warning?.replace(time, 'T') ?? null])).toEqual([
      ['syncing', null],
      ['syncing', 'Since T: Temporal does not answer (no connection); trying again'],
      ['syncing', 'Since T: no worker answers; it goes on when a worker runs: redis-migration worker'],
      ['syncing', null],
      ['completed', null],
    ]);
  });

  it('shows the last status again and again while a look takes long', async () => {
    const { end, shown, terminal } = watching([running(samples.syncing), 'never']);
    await new Promise(resolve => setTimeout(resolve, 60));
    terminal.interrupt();
    expect(await end).toEqual({ kind: 'interrupted' });
    expect(shown.length).toBeGreaterThan(3);
  });

  it('ends with what cannot get better', async () => {
    const { end, closed } = watching([new WorkflowNotFoundError('gone', 'M', undefined)]);
    await expect(end).rejects.toThrow('gone');
    expect(closed()).toBe(1);
  });

  it('ends when a phase is reached, or passed', async () => {
    const { end } = watching([running(samples.syncing), running(samples.observing)], { until: 'ready-for-cutover' });
    expect(await end).toEqual({ kind: 'reached' });
  });

  it('until a phase also ends where the operator is needed', async () => {
    const { end } = watching([running(samples['waiting-for-operator'])], { until: 'completed' });
    expect(await end).toEqual({ kind: 'waits' });
  });

  it('ends when what it depends on is lost', async () => {
    const { end } = watching([running(samples.syncing)], { lost: Promise.resolve('the server ended') });
    expect(await end).toEqual({ kind: 'lost', why: 'the server ended' });
  });

  it('is not left while writers are being moved, unless asked twice', async () => {
    const mayStop = (status: MigrationStatus | null) => status?.phase !== 'cutting-over';
    const held = watching([running(samples['cutting-over'])], { mayStop });
    held.terminal.interrupt();
    await new Promise(resolve => setTimeout(resolve, 30));
    expect(held.shown.at(-1)?.warning).toContain('Ctrl-C again stops it now');
    held.terminal.interrupt();
    expect(await held.end).toEqual({ kind: 'interrupted' });

    const moved = watching([running(samples['cutting-over']), running(samples.observing)], { mayStop });
    moved.terminal.interrupt();
    expect(await moved.end).toEqual({ kind: 'interrupted' });
    expect(moved.shown.at(-1)?.status?.phase).toBe('observing');
  });
});
