import { beforeAll, expect, test } from 'vitest';
import { emptiness } from '../../src/preflight/emptiness.js';
import type { RedisServer } from '../lab/redis.js';
import { replicate } from '../lab/replicate.js';
import { brief, type ContextOptions, contextOf, start, startPair, texts } from './support.js';

let source: RedisServer;
let target: RedisServer;
beforeAll(async () => {
  [source, target] = await startPair();
});
const judge = async (options?: ContextOptions) => emptiness(await contextOf(source, target, options));

test("an empty target passes, and the migration's own keys don't count", async () => {
  expect(brief(await judge())).toEqual(['target pass']);
  await target.cli('SET', '__redis-migration:promoted', '{}');
  expect(brief(await judge())).toEqual(['target pass']);
});

test('keys are counted over all databases, and lost only with consent', async () => {
  await target.cli('SET', 'a', '1');
  const connection = await target.connect();
  await connection.send('SELECT', '5');
  await connection.send('SET', 'b', '1');
  connection.close();
  const refused = await judge();
  expect(brief(refused)).toEqual(['target failure (final)']);
  expect(texts(refused)).toMatch(/has 2 keys \(2 in database 0, 1 in database 5\).*ifNotEmpty: "wipe"/);
  const wiped = await judge({ target: { ifNotEmpty: 'wipe' } });
  expect(brief(wiped)).toEqual(['target warning']);
  expect(texts(wiped)).toContain('all of them will be lost');

  await target.cli('DEBUG', 'POPULATE', '2000');
  expect(texts(await judge())).toContain('has 2003 keys');
});

test('a replica of the source is on its way already, one of another server is not', async () => {
  await source.cli('SET', 'k', '1');
  const [follower, stranger] = await startPair();
  await replicate({ from: source, to: follower });
  expect(brief(await emptiness(await contextOf(source, follower)))).toEqual(['target pass']);

  const other = await start();
  await other.cli('SET', 'k', '1');
  await replicate({ from: other, to: stranger });
  expect(brief(await emptiness(await contextOf(source, stranger)))).toEqual(['target failure (final)']);
});
