import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { KeyPlaces } from '../../../src/live/stream/key-places.js';
import { keyless } from '../../../src/live/stream/keyless.js';
import { rows } from '../../../src/live/stream/table/index.js';
import {
  type Connection,
  RedisError,
  type RedisServer,
  type Reply,
  serverVersions,
  startRedis,
} from '../../lab/index.js';
import { describeEachVersion } from '../../support/each-version.js';
import { forms } from './forms.js';
import { streamed, wordsOf } from './streamed.js';

/** Replicated as what it does: DEL. */
const neverReplicated = ['MIGRATE'];

describeEachVersion('the table of commands, and', version => {
  let server: RedisServer;
  let client: Connection;
  beforeAll(async () => {
    server = await startRedis({ version });
    client = await server.connect();
  });
  afterAll(async () => {
    client.close();
    await server.discard();
  });

  test('has every command that may be replicated', async () => {
    const list = (await client.send('COMMAND')) as [Buffer, number, Reply[]][];
    const replicated = list.filter(([, , flags]) =>
      flags.map(String).some(flag => /^(write|may_replicate)$/.test(flag)),
    );
    const names = replicated.map(([name]) => String(name).toUpperCase());
    expect(names.length).toBeGreaterThan(80);
    const known = [...rows.keys(), ...keyless.keys(), ...neverReplicated];
    expect(names.filter(name => !known.includes(name))).toEqual([]);
  });

  test('finds the keys that the server finds', async () => {
    let asked = 0;
    for (const line of Object.values(forms).flat()) {
      const reply = await client.send('COMMAND', 'GETKEYS', ...line.split(' ')).catch(error => error);
      if (reply instanceof RedisError || / DB \d|^MOVE /.test(line)) continue;
      asked++;
      expect({ line, keys: keysOf(line) }).toEqual({ line, keys: (reply as Buffer[]).map(String).sort() });
    }
    expect(asked).toBeGreaterThan(150);
  });
});

function keysOf(line: string): (string | null)[] {
  const command = streamed(line);
  const row = rows.get(command.name);
  if (!row) return [];
  const places = new KeyPlaces().find(command, row.keys);
  const words = wordsOf(command);
  return places.words
    .slice(0, places.count)
    .map(word => words[word] as string)
    .sort();
}

/** Of EVAL and XREADGROUP it says too little; what concerns two databases has no such thing. */
test.skipIf(!serverVersions().includes('8.0'))('tells what is written as the server does', async () => {
  const server = await startRedis({ version: '8.0' });
  onTestFinished(() => server.discard());
  const client = await server.connect();
  for (const line of Object.values(forms).flat()) {
    const command = streamed(line);
    const reply = await client.send('COMMAND', 'GETKEYSANDFLAGS', ...line.split(' ')).catch(error => error);
    const row = rows.get(command.name);
    if (reply instanceof RedisError || !row || / DB \d|^MOVE |^EVAL |^XREADGROUP /.test(line)) continue;
    const places = new KeyPlaces().find(command, row.keys);
    const ours = places.words
      .slice(0, places.count)
      .map((word, place) => [wordsOf(command)[word], places.written[place]]);
    const theirs = (reply as [Buffer, Reply[]][]).map(([key, flags]) => [
      String(key),
      !flags.map(String).includes('RO'),
    ]);
    expect({ line, keys: ours }).toEqual({ line, keys: theirs });
  }
});
