import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweepExpiries } from '../../../src/live/apply/index.js';
import { farExpiry } from '../../../src/live/stream/index.js';
import { anybody, endpoint } from '../../copy/support.js';
import { connect, type RedisServer, serverVersions, startRedis } from '../../lab/index.js';

const shiftMs = farExpiry;
const soon = Date.now() + 3_600_000;
const writer = anybody;

describe.each(serverVersions())('the shift is taken off expiries of %s', version => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ version, persistence: 'none', users: ['plain on >secret ~* +@all -eval'] });
  });
  afterAll(() => server.discard());

  const fill = async () => {
    const connection = await server.connect();
    await connection.pipeline([
      ['FLUSHALL'],
      ...[0, 3].flatMap(db => [
        ['SELECT', db],
        ...Array.from({ length: 1500 }, (_, n) => ['SET', `shifted:${n}`, n]),
        ...Array.from({ length: 1500 }, (_, n) => ['PEXPIREAT', `shifted:${n}`, soon + shiftMs + n]),
        ['SET', 'lasting', 1],
        ['SET', 'renewed', 1],
        ['PEXPIREAT', 'renewed', soon],
        ['SET', 'over', 1],
        ['PEXPIREAT', 'over', shiftMs + 1000],
      ]),
    ]);
    return connection;
  };

  const expiryOf = async (key: string): Promise<number> => Date.now() + Number(await server.cli('PTTL', key));

  it.each([
    ['by scripts', {}],
    ['where none may be run', { username: 'plain', password: 'secret' }],
  ])('%s, once', async (_, login) => {
    const connection = await fill();
    const target = endpoint('target', { ...server, ...login });
    const places: string[] = [];
    const swept = await sweepExpiries(target, {
      shiftMs,
      writer,
      onPage: ({ db, cursor }) => places.push(`${db}/${cursor}`),
    });
    expect(swept).toEqual({ keys: 3002, fields: 0, left: 0 });
    expect(places.length).toBeGreaterThan(3);
    for (const n of [0, 700, 1499]) expect(Math.abs((await expiryOf(`shifted:${n}`)) - soon - n)).toBeLessThan(1000);
    expect(Math.abs((await expiryOf('renewed')) - soon)).toBeLessThan(1000);
    expect(await connection.send('PTTL', 'lasting')).toBe(-1);
    expect(await connection.send('EXISTS', 'over')).toBe(0);
    expect(await sweepExpiries(target, { shiftMs, writer })).toEqual({ keys: 0, fields: 0, left: 0 });
    connection.close();
  });

  it('of hash fields, where it knows them', async () => {
    const connection = await connect(server);
    await connection.send('FLUSHALL');
    const fields = Array.from({ length: 1200 }, (_, n) => `field:${n}`);
    await connection.send('HSET', 'hash', ...fields.flatMap(field => [field, 1]));
    const known = await connection
      .send('HPEXPIREAT', 'hash', soon + shiftMs, 'FIELDS', 1000, ...fields.slice(0, 1000))
      .catch(() => null);
    const swept = await sweepExpiries(endpoint('target', server), { shiftMs, writer });
    expect(swept.fields).toBe(known ? 1000 : 0);
    if (known) {
      const times = (await connection.send('HPEXPIRETIME', 'hash', 'FIELDS', 1200, ...fields)) as number[];
      expect(times.filter(time => time === soon)).toHaveLength(1000);
      expect(times.filter(time => time === -1)).toHaveLength(200);
    }
    connection.close();
  });
});

describe('while an application writes', () => {
  it.each([
    ['by scripts', {}],
    ['where none may be run', { username: 'plain', password: 'secret' }],
  ])('its own expiries stay, %s', async (_, login) => {
    const server = await startRedis({ persistence: 'none', users: ['plain on >secret ~* +@all -eval'] });
    try {
      const connection = await connect(server);
      const keys = Array.from({ length: 2000 }, (_, n) => `key:${n}`);
      await connection.pipeline(
        keys.flatMap(key => [
          ['SET', key, 1],
          ['PEXPIREAT', key, soon + shiftMs],
        ]),
      );
      const own = soon + 777;
      const application = (async () => {
        for (const key of keys.filter((_, n) => n % 2 === 0)) await connection.send('PEXPIREAT', key, own);
      })();
      await sweepExpiries(endpoint('target', { ...server, ...login }), { shiftMs, writer });
      await application;
      const times = (await connection.pipeline(keys.map(key => ['PEXPIRETIME', key]))) as number[];
      expect(times.filter((time, n) => time !== (n % 2 === 0 ? own : soon))).toEqual([]);
      connection.close();
    } finally {
      await server.discard();
    }
  });
});
