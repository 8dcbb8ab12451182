import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type ServerVersion, serverVersions } from '../../lab/index.js';
import { drawing, expireField, writeAtRandom } from './random-writes.js';
import { Way } from './way.js';

const seed = Number(process.env.REDIS_MIGRATION_SEED ?? Date.now() % 1_000_000);
const pairs: [source: ServerVersion, target: ServerVersion][] = [
  ['6.0', '6.0'],
  ['6.0', '6.2'],
  ['6.0', '7.0'],
  ['6.0', 'valkey-8.1'],
  ['6.2', '8.0'],
  ['7.0', '7.0'],
  ['8.0', '8.0'],
  ['7.0', '8.0'],
  ['7.0', 'valkey-8.0'],
  ['8.0', 'valkey-8.1'],
];
const fieldsExpire = (...versions: ServerVersion[]) => versions.every(version => version === '8.0');
const here = (version: ServerVersion) => serverVersions().includes(version);

let way: Way;
afterEach(() => way.end());

describe(`random writes, with seed ${seed},`, () => {
  for (const [source, target] of pairs) {
    const name = `come back from ${target} to ${source}, the worker killed at any moment`;
    test.skipIf(!here(source) || !here(target))(name, async () => {
      const draw = drawing(seed);
      way = await Way.begin({ source: { version: source }, target: { version: target } });
      await way.connect('fork');
      const client = await way.target.connect();
      for (let round = 0; round < 4; round++) {
        const writing = writeAtRandom(client, draw, {
          count: 2000,
          more: fieldsExpire(source, target) ? [expireField] : [],
        });
        await sleep(draw(300));
        await way.kill();
        way.fork();
        await writing;
      }
      const both = await way.rollBack();
      expect(way.report?.lost).toBeNull();
      expect(both.source).toEqual(both.target);
      const { unexpected_error_replies: errors = '0' } = await way.source.info('stats');
      expect(errors).toBe('0');
      client.close();
    });
  }
});
