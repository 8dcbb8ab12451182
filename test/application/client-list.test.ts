import { expect, test } from 'vitest';
import { parseClientList } from '../../src/application/client-list.js';

const list = (...lines: string[]) => parseClientList(`${lines.join('\n')}\n`);

test('reads a line of Redis 7.0', () => {
  const line =
    'id=9 addr=10.0.0.7:58486 laddr=10.0.0.1:6379 fd=8 name=web age=1 idle=4 flags=b db=0 sub=0 psub=0 ssub=0 multi=-1 qbuf=0 qbuf-free=20474 argv-mem=7 multi-mem=0 rbs=1024 rbp=0 obl=0 oll=0 omem=0 tot-mem=22303 events=r cmd=blpop user=shop redir=-1 resp=2';
  expect(list(line)).toEqual([
    {
      address: '10.0.0.7',
      name: 'web',
      user: 'shop',
      kind: 'normal',
      blocked: true,
      lastCommand: 'blpop',
      idleSeconds: 4,
    },
  ]);
});

test('reads a line of Redis 6.2, and one of 5.0 that knows no users', () => {
  const newer =
    'id=3 addr=10.0.0.7:1 laddr=10.0.0.1:6379 fd=8 name= age=9 idle=0 flags=N db=0 sub=0 psub=0 multi=-1 qbuf=26 qbuf-free=40928 argv-mem=10 obl=0 oll=0 omem=0 tot-mem=61466 events=r cmd=get user=default redir=-1';
  const older =
    'id=3 addr=10.0.0.7:1 fd=8 name= age=9 idle=2 flags=N db=0 sub=0 psub=1 multi=-1 qbuf=0 qbuf-free=0 obl=0 oll=0 omem=0 events=r cmd=psubscribe';
  expect(list(newer, older)).toMatchObject([
    { user: 'default', kind: 'reader', lastCommand: 'get' },
    { user: '', kind: 'pubsub', lastCommand: 'psubscribe', idleSeconds: 2 },
  ]);
});

test.each([
  ['10.0.0.7:1', '10.0.0.7'],
  ['[2001:db8::7]:1', '2001:db8::7'],
  ['/run/redis.sock:0', '/run/redis.sock'],
])('the address %s is grouped as %s', (addr, address) => {
  expect(list(`id=1 addr=${addr} name= flags=N cmd=set`)[0]?.address).toBe(address);
});

test.each([
  ['flags=S cmd=replconf', 'a replica'],
  ['flags=M cmd=set', 'the master'],
  ['flags=O cmd=monitor', 'a monitor'],
  ['name=redis-migration:cutover flags=N cmd=info', "the migration's connection"],
  ['flags=N cmd=info user=migration-17', "the migration's user"],
])('leaves out %s (%s)', fields => {
  expect(list(`id=1 addr=10.0.0.7:1 ${fields}`)).toEqual([]);
});

test('names that look like fields, and lines that are none, confuse nobody', () => {
  expect(list('id=1 addr=10.0.0.7:1 name=user=migration-1 flags=N cmd=set user=shop', '', 'nonsense')).toMatchObject([
    { name: 'user=migration-1', user: 'shop' },
  ]);
});

test.each([
  ['get', 'reader'],
  ['object|encoding', 'reader'],
  ['eval_ro', 'reader'],
  ['set', 'normal'],
  ['blpop', 'normal'],
  ['NULL', 'normal'],
])('a client that sent %s last is a %s', (cmd, kind) => {
  expect(list(`id=1 addr=10.0.0.7:1 name= flags=N cmd=${cmd}`)[0]?.kind).toBe(kind);
});
