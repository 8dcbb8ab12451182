import { expect, test } from 'vitest';
import type { Identities } from '../../src/copy/identities.js';
import { type PartitionProgress, resumeWith, unstarted } from '../../src/copy/progress.js';

const partition = { db: 0, from: '4', to: '2' };
const servers: Identities = { sourceRunId: 's', targetRunId: 't', targetKeepsWrites: false };
const fresh: PartitionProgress = { ...unstarted(partition), sourceRunId: 's', targetRunId: 't' };
const half: PartitionProgress = {
  ...fresh,
  cursor: '6',
  scanned: 100,
  copied: 90,
  gone: 10,
  safe: { ...fresh.safe, cursor: '36', scanned: 50, copied: 45, gone: 5 },
};
const safely = { ...half, ...half.safe };

const rows: [string, PartitionProgress, Partial<Identities>, PartitionProgress][] = [
  ['at first from the beginning', unstarted(partition), {}, fresh],
  ['with the same servers from the cursor', half, {}, half],
  ['with another source from the beginning', half, { sourceRunId: 'other' }, { ...fresh, sourceRunId: 'other' }],
  [
    'with a target that may have lost keys from the beginning',
    half,
    { targetRunId: 'u' },
    { ...fresh, targetRunId: 'u' },
  ],
  [
    'with a restarted target that keeps its writes from where it has everything, and counts from there',
    half,
    { targetRunId: 'u', targetKeepsWrites: true },
    { ...safely, targetRunId: 'u' },
  ],
  [
    'with both restarted from the beginning, whatever the target kept',
    half,
    { sourceRunId: 'other', targetRunId: 'u', targetKeepsWrites: true },
    { ...fresh, sourceRunId: 'other', targetRunId: 'u' },
  ],
  ['done, another source changes nothing', { ...half, done: true }, { sourceRunId: 'other' }, { ...half, done: true }],
  [
    'done, a restarted target may lack the last seconds',
    { ...half, done: true },
    { targetRunId: 'u', targetKeepsWrites: true },
    { ...safely, targetRunId: 'u' },
  ],
];

test.each(rows)('it goes on %s', (_name, last, changes, expected) => {
  expect(resumeWith(last, { ...servers, ...changes }, partition)).toEqual(expected);
});
