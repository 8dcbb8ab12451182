import { expect, test } from 'vitest';
import type { Identities } from '../../../src/copy/identities.js';
import { assertKeptMoved, resumeMove } from '../../../src/copy/migrate/resume-move.js';
import { type PartitionProgress, unstarted } from '../../../src/copy/progress.js';
import type { Endpoint } from '../../../src/server/endpoint.js';

const partition = { db: 0, from: '4', to: '2' };
const target: Endpoint = { side: 'target', host: '127.0.0.1', port: 6379 };
const servers: Identities = { sourceRunId: 's', targetRunId: 't', targetKeepsWrites: false };
const fresh: PartitionProgress = { ...unstarted(partition), sourceRunId: 's', targetRunId: 't' };
const half: PartitionProgress = {
  ...fresh,
  cursor: '6',
  scanned: 100,
  copied: 80,
  skipped: 10,
  gone: 10,
  safe: { ...fresh.safe, cursor: '36', scanned: 50, copied: 40, skipped: 5, gone: 5 },
};

test.each<[string, Partial<Identities>, string, boolean]>([
  ['a target that may have lost keys', { targetRunId: 'u' }, '4', true],
  ['a restarted target that keeps its writes', { targetRunId: 'u', targetKeepsWrites: true }, '36', false],
  ['another source', { sourceRunId: 'other' }, '4', false],
  ['both restarted', { sourceRunId: 'other', targetRunId: 'u' }, '4', true],
])('with %s what was moved stays counted, and is only taken for kept where it is', (_name, changes, cursor, lost) => {
  const now = { ...servers, ...changes };
  const next = resumeMove(half, now, partition);
  expect(next).toMatchObject({ cursor, done: false, copied: 80, skipped: 0, safe: { cursor, copied: 80 } });
  expect(next).toMatchObject({ sourceRunId: now.sourceRunId, targetRunId: now.targetRunId });
  const judged = () => assertKeptMoved(half, now, target);
  if (lost) expect(judged).toThrow(/80 keys/);
  else expect(judged).not.toThrow();
  expect(() => assertKeptMoved(next, now, target)).not.toThrow();
});

test('with the same servers it goes on from the cursor', () => {
  expect(resumeMove(half, servers, partition)).toEqual(half);
});

test('where nothing was moved nothing can be lost', () => {
  expect(resumeMove(fresh, { ...servers, targetRunId: 'u' }, partition)).toEqual({ ...fresh, targetRunId: 'u' });
  expect(() => assertKeptMoved(fresh, { ...servers, targetRunId: 'u' }, target)).not.toThrow();
});
