import { describe, expect, test } from 'vitest';
import { StreamError, type StreamLimits, StreamReader, Translator } from '../../../src/live/stream/index.js';
import { keyless } from '../../../src/live/stream/keyless.js';
import { rows } from '../../../src/live/stream/table/index.js';
import { ByteBuilder } from '../../../src/resp/bytes.js';
import { encodeCommand, encodeCommands } from '../../../src/resp/encode.js';
import { Selection } from '../../../src/selection/selection.js';
import { forms } from './forms.js';
import { randomOf } from './random-commands.js';
import { lines, streamed } from './streamed.js';

const good = encodeCommands(
  Object.values(forms)
    .flat()
    .map(line => line.split(' ')),
);
const limits: StreamLimits = { commandBytes: 200, wordBytes: 20, words: 20 };
const seeds = Array.from({ length: 200 }, (_, seed) => seed);

/** Reads in chunks of any size. @returns how many commands, and how it ended */
function readAll(bytes: Buffer, random: (below: number) => number, more: Partial<StreamLimits> = {}) {
  const reader = new StreamReader({ offset: 0, db: 0 }, more);
  let commands = 0;
  try {
    for (let at = 0, size = 0; at < bytes.length; at += size) {
      size = 1 + random(random(2) === 0 ? 50 : 5000);
      reader.push(bytes.subarray(at, at + size), 0);
      for (let command = reader.next(); command; command = reader.next()) {
        commands++;
        expect(command.endOffset).toBeLessThanOrEqual(at + size);
      }
    }
    return { commands, error: null };
  } catch (error) {
    return { commands, error };
  }
}

describe('hostile bytes', () => {
  test('all of them good', () => {
    const count = Object.values(forms).flat().length;
    for (const seed of seeds.slice(0, 20))
      for (const more of [{}, limits])
        expect(readAll(good, randomOf(seed), more)).toEqual({ commands: count, error: null });
  });

  test('some changed, lost or doubled: an error with an offset, or a stream that may be one', () => {
    let errors = 0;
    for (const seed of seeds) {
      const random = randomOf(seed);
      const bytes = damaged(good, random);
      const { error } = readAll(bytes, random, seed % 2 === 0 ? {} : limits);
      if (error === null) continue;
      errors++;
      expect(error).toBeInstanceOf(StreamError);
      expect((error as StreamError).offset).toBeLessThanOrEqual(bytes.length);
    }
    expect(errors).toBeGreaterThan(100);
  });

  test('none of them good', () => {
    for (const seed of seeds) {
      const random = randomOf(seed);
      const bytes = Buffer.from(Array.from({ length: 300 }, () => random(256)));
      expect(readAll(bytes, random).error).toBeInstanceOf(StreamError);
    }
  });
});

function damaged(bytes: Buffer, random: (below: number) => number): Buffer {
  const result = Buffer.from(bytes);
  const at = random(bytes.length - 100);
  const size = 1 + random(20);
  if (random(3) === 0) return Buffer.concat([result.subarray(0, at), result.subarray(at + size)]);
  if (random(2) === 0) return Buffer.concat([result.subarray(0, at + size), result.subarray(at)]);
  for (let n = 0; n < size; n++) result[at + n] = random(256);
  return result;
}

test('memory is bounded, whatever is announced', () => {
  const reader = new StreamReader({ offset: 0, db: 0 });
  const chunk = Buffer.alloc(1 << 20, 'x');
  const before = process.memoryUsage().arrayBuffers;
  reader.push(Buffer.from('*1000000000\r\n$3\r\nSET\r\n$1\r\nk\r\n$900000000\r\n'), 0);
  expect(reader.next()).toBeNull();
  for (let n = 0; n < 400; n++) {
    reader.push(chunk, 0);
    expect(reader.next()).toBeNull();
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 << 20);
});

describe('of a command that is too big to be held', () => {
  const translator = new Translator(Selection.everything, {
    level: 800,
    commands: new Set([...rows.keys(), 'FUNCTION', 'SCRIPT']),
  });
  const translate = (words: (string | Buffer)[], more: Partial<StreamLimits> = {}) => {
    const reader = new StreamReader({ offset: 0, db: 0 }, { commandBytes: 1000, wordBytes: 50, ...more });
    reader.push(encodeCommand(words), 0);
    const command = reader.next();
    return command && translator.translate(command, new ByteBuilder());
  };
  const big = Buffer.alloc(2000);
  const key = { db: 0, key: Buffer.from('key') };

  test('the key is fetched', () => {
    expect(translate(['SET', 'key', big])).toEqual({ kind: 'fetch', keys: [key] });
    expect(translate(['RPUSH', 'key', ...Array(300).fill('element')])).toEqual({ kind: 'fetch', keys: [key] });
    expect(translate(['MSET', 'a', big, 'key', 'v'])).toEqual({
      kind: 'fetch',
      keys: [{ db: 0, key: Buffer.from('a') }, key],
    });
  });

  test('of which not enough is known, only a fresh snapshot helps', () => {
    const why = (name: string) => ({
      kind: 'resync',
      why: `a ${name} of the source was too big to be held`,
    });
    expect(translate(['SET', big, 'value'])).toEqual(why('SET'));
    expect(translate(['EVAL', big, '0'])).toEqual(why('EVAL'));
    expect(translate(['SCRIPT', 'LOAD', big])).toEqual(why('SCRIPT'));
    expect(translate(['FUNCTION', 'LOAD', big])).toEqual(why('FUNCTION'));
    expect(translate(['PUBLISH', 'channel', big])).toEqual({ kind: 'nothing' });
    expect(translate(['DEL', ...Array(1000).fill('key')], { words: 100 })).toEqual(why('DEL'));
  });
});

function attempt<Result>(run: () => Result): Result | StreamError {
  try {
    return run();
  } catch (error) {
    if (error instanceof StreamError) return error;
    throw error;
  }
}

test('whatever the words are, what is written is commands', () => {
  const words = ['key', '0', '1', '2', '-1', '', 'STORE', 'PX', 'FIELDS', 'DB', 'STREAMS', 'LIMIT', 'ABSTTL', '='];
  const names = [...rows.keys(), ...keyless.keys()].filter(name => name !== 'SELECT');
  const selections = [
    Selection.everything,
    Selection.of({ filter: null, rename: { databases: { 0: 1 }, prefix: { from: 'k', to: 'new' } } }),
  ];
  const commands = new Set(['SET', 'SELECT', 'DEL']);
  for (const [seed, name] of names.entries()) {
    const random = randomOf(seed);
    for (let n = 0; n < 200; n++) {
      const line = [name, ...Array.from({ length: random(8) }, () => words[random(words.length)])].join(' ');
      for (const level of [208, 900]) {
        const target = { level, commands: level === 900 ? new Set(names) : commands };
        const translator = new Translator(selections[n % 2] as Selection, target, { expiryShiftMs: 1000 });
        const into = new ByteBuilder();
        const translation = attempt(() => translator.translate(streamed(line), into));
        if (translation instanceof StreamError) continue;
        const written = lines(into.view());
        expect({ line, written: written.length }).toEqual({
          line,
          written: translation.kind === 'commands' ? translation.count : 0,
        });
      }
    }
  }
});
