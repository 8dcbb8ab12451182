import { describe, expect, it } from 'vitest';
import { nothingKnown } from '../../../src/cli/watch/known.js';
import { liveView } from '../../../src/cli/watch/live-view.js';
import type { MigrationStatus } from '../../../src/contract/status.js';
import { samples } from '../support/samples.js';
import { Screen } from '../support/screen.js';

const viewOn = (columns: number, rows: number) => {
  const screen = new Screen(columns, rows);
  const view = liveView(screen, { color: true });
  return { screen, view, show: (status: MigrationStatus | null) => view.show({ ...nothingKnown, status }) };
};

describe('the live view', () => {
  it('redraws in place, and leaves nothing of a longer frame before', () => {
    const { screen, show } = viewOn(80, 50);
    show(samples['waiting-for-operator']);
    show(samples.aborted);
    expect(screen.lines.slice(0, 2)).toEqual([
      'redis-migration-a-6379-to-b-6379',
      'aborted: done: the source was left as it was (by replication)',
    ]);
    expect(screen.lines.join('\n')).not.toMatch(/Blocked|Next|retry/);
    expect(screen.scrolled).toBe(0);
  });

  it('writes nothing while nothing changes', () => {
    const { screen, show } = viewOn(80, 50);
    show(samples.aborted);
    const { written } = screen;
    show(samples.aborted);
    expect(screen.written).toBe(written);
  });

  it('never scrolls a low terminal while it runs', () => {
    const { screen, show } = viewOn(80, 12);
    for (const status of Object.values(samples)) show(status);
    expect(screen.scrolled).toBe(0);
  });

  it('counts the rows of a command that is wider than the terminal', () => {
    const { screen, show } = viewOn(60, 50);
    const command = `redis-migration cutover ${'x'.repeat(60)}`;
    const status = { ...samples.aborted, nextSteps: [{ message: 'Go', command, why: '' }] };
    show(status);
    show({ ...status, phase: 'completed' });
    expect(screen.lines.filter(line => line.includes('redis-migration-a-6379'))).toHaveLength(1);
  });

  it('says that it waits before the first status', () => {
    const { screen, show } = viewOn(80, 24);
    show(null);
    expect(screen.lines[0]).toBe('Waiting for the first status...');
  });

  it('hides the cursor while it runs, and ends with the whole frame', () => {
    const { screen, show, view } = viewOn(80, 12);
    show(samples.observing);
    expect(screen.cursorShown).toBe(false);
    view.close();
    expect(screen.cursorShown).toBe(true);
    expect(screen.lines.join('\n')).toContain('redis-migration complete M');
  });
});
