import type { StreamCommand } from '../../stream-command.js';
import type { Rewrite } from '../row.js';
import type { TargetWriter } from '../target-writer.js';
import { integerAt } from '../words.js';

/** A time in a command: how many ms a unit of it has, and whether it counts from now. */
export interface TimeUnit {
  ms: number;
  relative: boolean;
}

export const seconds: TimeUnit = { ms: 1000, relative: true };
export const milliseconds: TimeUnit = { ms: 1, relative: true };
export const unixSeconds: TimeUnit = { ms: 1000, relative: false };
export const unixMilliseconds: TimeUnit = { ms: 1, relative: false };

/** The options that give an expiry. */
export const timeOptions: Record<string, TimeUnit> = {
  EX: seconds,
  PX: milliseconds,
  EXAT: unixSeconds,
  PXAT: unixMilliseconds,
};

/** Unix ms of the source; undefined: it can't be told, and the key is to be fetched. */
export function timeAt(command: StreamCommand, word: number, unit: TimeUnit, writer: TargetWriter): number | undefined {
  const value = integerAt(command, word);
  if (value === undefined || (unit.relative && command.endOffset <= writer.lateUntil)) return undefined;
  return value * unit.ms + (unit.relative ? command.arrivedAt : 0);
}

/** EXPIRE and its like. What it did was on a condition that held: only what it did is said. */
export const expireIn =
  (unit: TimeUnit): Rewrite =>
  (command, writer) => {
    const at = timeAt(command, 2, unit, writer);
    if (at === undefined) return 'fetch';
    expireKey(writer, at);
    return 'done';
  };

export const expireKey = (writer: TargetWriter, at: number): TargetWriter =>
  writer.begin(3).add('PEXPIREAT').key(1).expiry(at);
