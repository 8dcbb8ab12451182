import type { Building } from './copy/building.js';
import type { Reading } from './copy/reading.js';
import { equal } from './equal.js';
import { ask, type Evidence, evidence, type Pair, type ValueType } from './pair.js';
import { RawPair } from './raw-pair.js';

const pieceBytes = 256 << 10;

const maker = { command: 'SET' };
const appender = { command: 'APPEND' };

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
  for (let at = 0; ; at += pieceBytes) {
    const piece = await from.read(['GETRANGE', from.key, at, at + pieceBytes - 1]);
    await to.write(into => into.make(at === 0 ? maker : appender, to.key, piece, 1));
    if (piece.value < pieceBytes) return [];
  }
}
