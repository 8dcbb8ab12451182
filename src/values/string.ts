import type { Building } from './copy/building.js';
import type { Reading } from './copy/reading.js';
import { equal } from './equal.js';
import { ask, type Evidence, evidence, type Pair, type ValueType } from './pair.js';
import { RawPair } from './raw-pair.js';

const pieceBytes = 256 << 10;

const maker = { command: 'SET' };

export const string: ValueType = {
  whole: { command: key => ['GET', key], same: equal, maker },
  difference,
  copy,
};

async function difference(pair: Pair): Promise<Evidence> {
  const [length, targetLength] = await ask(pair, 'STRLEN', pair.key);
  if (length !== targetLength) return evidence('length', length);
  const pieces = new RawPair(pair);
  for (let at = 0; at < Number(length); at += pieceBytes) {
    const { bytes, same } = await pieces.ask('GETRANGE', pair.key, at, at + pieceBytes - 1);
    if (!same) return evidence(at, bytes);
  }
  return null;
}

async function copy(from: Reading, to: Building): Promise<string[]> {
  const length = Number(await from.source.command('STRLEN', from.key));
  if (length <= pieceBytes) {
    const whole = await from.read(['GET', from.key]);
    await to.write(piece => piece.make(maker, to.key, whole, 1));
    return [];
  }
  // Its room first: growing by pieces, a long one would be moved again and again, for half a second in the end.
  await to.write(piece => piece.add('SETRANGE', to.key, length - 1, '\0'));
  for (let at = 0; at < length; at += pieceBytes) {
    const part = await from.read(['GETRANGE', from.key, at, at + pieceBytes - 1]);
    await to.write(piece => {
      piece.begin(4, 'SETRANGE', to.key, at);
      piece.append(part, 1);
    });
  }
  return [];
}
