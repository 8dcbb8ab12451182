import { afterAll, beforeAll, expect, test } from 'vitest';
import { Selection } from '../../src/selection/selection.js';
import { removeExtra } from '../../src/verification/remove-extra.js';
import { Session } from '../../src/verification/session.js';
import { keyOf, suspectOf } from '../../src/verification/suspects.js';
import { TwoServers } from './two-servers.js';

let two: TwoServers;
beforeAll(async () => {
  two = await TwoServers.start();
});
afterAll(() => two.stop());

test('what has come to the source meanwhile, or is of no concern, is not removed', async () => {
  const selection = Selection.of({
    filter: { match: [], exclude: [], types: ['string'], databases: [] },
    rename: { databases: {}, prefix: { from: 'a:', to: 'b:' } },
  });
  await two.run('target', ['MSET', 'b:gone', 1, 'b:came', 1, 'b:rival', 1, 'b:other', 1], ['SADD', 'b:set', 1]);
  await two.run('source', ['MSET', 'a:came', 1, 'b:rival', 1], ['SADD', 'a:other', 1]);
  const session = await Session.open(two.endpoint('source'), two.endpoint('target'), { ttlToleranceMs: 0, selection });
  try {
    const extra = ['gone', 'came', 'rival', 'other', 'set'].map(name =>
      suspectOf(0, { key: Buffer.from(`a:${name}`), kind: 'extra', evidence: '' }),
    );
    const removed = await removeExtra(session, extra);
    expect(removed.map(suspect => String(keyOf(suspect)))).toEqual(['a:gone', 'a:other']);
    expect(((await session.target.command('KEYS', '*')) as Buffer[]).map(String).sort()).toEqual([
      'b:came',
      'b:rival',
      'b:set',
    ]);
  } finally {
    session.close();
  }
});
