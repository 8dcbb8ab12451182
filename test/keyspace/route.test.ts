import { expect, test } from 'vitest';
import { RoutedBatch } from '../../src/cluster/index.js';
import { route } from '../../src/keyspace/route.js';
import { ByteBuilder } from '../../src/resp/bytes.js';
import { type Arg, encodeCommands } from '../../src/resp/encode.js';
import { keySlot } from '../lab/index.js';

const odd = Buffer.from('\r\n$3\r\nGET\r\n*1\r\n');
const slot = (key: string | Buffer): number => keySlot(Buffer.from(key));

test.each<[what: string, commands: Arg[][], slots: number[]]>([
  [
    'the first argument is the key',
    [
      ['GET', 'a'],
      ['RESTORE', '{b}c', 0, Buffer.from([0, 13, 10])],
    ],
    [slot('a'), slot('b')],
  ],
  [
    'after a subcommand comes the key',
    [
      ['OBJECT', 'FREQ', 'a'],
      ['MEMORY', 'USAGE', 'b'],
      ['XINFO', 'STREAM', 'c'],
    ],
    [slot('a'), slot('b'), slot('c')],
  ],
  [
    'what only begins like a subcommand has none',
    [
      ['XRANGE', 'a', '-', '+'],
      ['MGET', 'b'],
      ['OBJECTS', 'c', 'd'],
    ],
    [slot('a'), slot('b'), slot('c')],
  ],
  ['without a key it goes with the next one', [['TIME'], ['PTTL', 'a'], ['PING']], [slot('a'), slot('a'), 0]],
  ['without any key there is a node for it, too', [['TIME']], [0]],
  [
    'keys may be any bytes',
    [
      ['GET', odd],
      ['GET', ''],
      ['SET', Buffer.from([0, 255]), odd],
    ],
    [slot(odd), slot(''), slot(Buffer.from([0, 255]))],
  ],
])('%s', (_what, commands, slots) => {
  const batch = route(encodeCommands(commands), new RoutedBatch());
  expect(Array.from({ length: batch.count }, (_, index) => batch.slot(index))).toEqual(slots);
  const each = commands.map((_command, index) => {
    const into = new ByteBuilder();
    batch.appendTo(into, index);
    return into.view();
  });
  expect(each).toEqual(commands.map(command => encodeCommands([command])));
});
