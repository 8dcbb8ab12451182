import { expect, test } from 'vitest';
import { type ClientGroup, escapeName, groupClients, leftBehind, readClients } from '../../src/application/clients.js';
import { waitFor } from '../lab/wait-for.js';
import { client, forget, open, start } from './servers.js';

test('applications are grouped by who they are; the migration, replicas and monitors are left out', async () => {
  const [redis, replica] = await Promise.all([start(), start()]);
  await replica.cli('REPLICAOF', redis.host, String(redis.port));
  for (const name of ['web', 'web', 'nightly']) await (await client(redis, name)).send('GET', 'k');
  await (await client(redis, 'events')).send('SUBSCRIBE', 'news');
  forget((await client(redis, 'worker')).send('BLPOP', 'queue', '0'));
  await (await client(redis)).send('MONITOR');
  await (await client(redis, 'redis-migration:cutover')).send('GET', 'k');
  const server = await open(redis);
  const groups = await waitFor(() => readClients(server), {
    what: 'the blocked client and the replica',
    until: seen => seen.some(({ blocked }) => blocked > 0),
  });
  await waitFor(async () => (await redis.info('replication')).connected_slaves === '1', { what: 'the replica' });
  const shown = (await readClients(server)).map(({ name, kind, count, blocked, lastCommand }) =>
    [name, kind, count, blocked, lastCommand].join(' '),
  );
  expect(groups[0]).toMatchObject({ address: '127.0.0.1', name: 'web', user: 'default', count: 2 });
  expect(shown.sort()).toEqual([
    'events pubsub 1 0 subscribe',
    'nightly reader 1 0 get',
    'web reader 2 0 get',
    'worker normal 1 1 blpop',
  ]);
});

test('a name that a client chose stays a name', async () => {
  const redis = await start();
  await client(redis, 'a|b`<x>$={}');
  const [group] = await readClients(await open(redis));
  expect(group?.name).toBe('a|b`<x>$={}');
  expect(escapeName('\u001b[2J\u202eä')).toBe('\\u001b[2J\\u202e\\u00e4');
  expect(escapeName('x'.repeat(100))).toBe(`${'x'.repeat(60)}...`);
});

test('a group shows the command of the client that was active last', () => {
  const at = (idleSeconds: number, lastCommand: string) =>
    ({ address: 'h', name: '', user: '', kind: 'normal', blocked: false, lastCommand, idleSeconds }) as const;
  expect(groupClients([at(9, 'set'), at(1, 'incr'), at(5, 'del')])).toMatchObject([
    { count: 3, lastCommand: 'incr', idleSeconds: 1 },
  ]);
});

const group: ClientGroup = {
  address: '10.0.0.7',
  name: 'web',
  user: 'shop',
  kind: 'reader',
  count: 2,
  blocked: 0,
  lastCommand: 'get',
  idleSeconds: 3,
};

test('who was left behind is told in a line each', () => {
  const waiting: ClientGroup = { ...group, count: 1, name: '', user: '', kind: 'normal', blocked: 1, lastCommand: '' };
  expect(leftBehind([group, { ...group, kind: 'pubsub', lastCommand: 'subscribe' }, waiting])).toEqual([
    '2 clients from 10.0.0.7 named "web" as user "shop": reading; last command GET, 3s ago',
    '2 clients from 10.0.0.7 named "web" as user "shop": subscribed; last command SUBSCRIBE, 3s ago',
    '1 client from 10.0.0.7 without a name: no read seen last, 1 blocked; last command unknown, 3s ago',
  ]);
});

test('many groups are counted rather than listed', () => {
  expect(leftBehind(Array(5).fill(group), 2)).toHaveLength(3);
  expect(leftBehind(Array(5).fill(group), 2)[2]).toBe('6 clients in 3 more groups');
});
