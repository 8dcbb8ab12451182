import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteBuilder } from '../../src/resp/bytes.js';
import { appendBulk, encodeCommand, encodeCommands, KeyCommand } from '../../src/resp/encode.js';
import { RespReader } from '../../src/resp/reader.js';

const argument = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.bigInt(),
);
const read = (bytes: Buffer): unknown => {
  const reader = new RespReader();
  expect(reader.read(bytes)).toBe(bytes.length);
  return reader.take();
};

test('a command is the array of its arguments as bytes', () => {
  fc.assert(
    fc.property(fc.array(argument, { minLength: 1, maxLength: 6 }), args => {
      const expected = args.map(arg => (Buffer.isBuffer(arg) ? arg : Buffer.from(String(arg))));
      expect(read(encodeCommand(args))).toEqual(expected);
    }),
  );
});

test('many commands are one after the other', () => {
  const commands = [['SET', 'a', 1], ['GET', Buffer.from([0, 255])], ['PING']];
  expect(encodeCommands(commands).equals(Buffer.concat(commands.map(encodeCommand)))).toBe(true);
});

test('a command around a key that is on the wire already is the same as the command', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      const key = Buffer.from(bytes);
      const wire = appendBulk(new ByteBuilder().appendText('before'), key);
      const into = new ByteBuilder();
      new KeyCommand(['MEMORY', 'USAGE'], ['SAMPLES', 5]).appendTo(into, wire.view(), 6, wire.length);
      expect(into.view().equals(encodeCommand(['MEMORY', 'USAGE', key, 'SAMPLES', 5]))).toBe(true);
    }),
  );
});
