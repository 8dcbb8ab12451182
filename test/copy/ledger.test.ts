import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Ledger } from '../../src/copy/ledger.js';
import { Outcome } from '../../src/copy/outcome.js';
import { unstarted } from '../../src/copy/progress.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const partition = { db: 0, from: '0', to: null };
const servers = { sourceRunId: 's', targetRunId: 't', targetKeepsWrites: true };

test('what the target took is safe there after five seconds, not before', () => {
  const ledger = new Ledger(unstarted(partition));
  ledger.enter(servers, partition);
  for (let second = 1; second <= 20; second++) {
    vi.advanceTimersByTime(1000);
    ledger.count(new Outcome(), { seen: 10, cursor: String(second) });
    const { cursor, scanned } = ledger.progress.safe;
    expect(Number(cursor)).toBe(Math.max(0, second - 5));
    expect(scanned).toBe(Number(cursor) * 10);
  }
});

test('what another worker counted is safe no sooner', () => {
  const first = new Ledger(unstarted(partition));
  first.enter(servers, partition);
  first.count(new Outcome(), { seen: 10, cursor: '7' });
  const resumed = new Ledger(first.progress);
  resumed.enter(servers, partition);
  vi.advanceTimersByTime(4000);
  resumed.count(new Outcome(), { seen: 10, cursor: '8' });
  expect(resumed.progress.safe.cursor).toBe('0');
  vi.advanceTimersByTime(1000);
  resumed.count(new Outcome(), { seen: 10, cursor: '9' });
  expect(resumed.progress.safe.cursor).toBe('7');
});
