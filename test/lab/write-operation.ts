import type { Command } from './connection.js';

export const operationNames = ['INCR', 'RPUSH', 'HSET', 'SET'] as const;
export type OperationName = (typeof operationNames)[number];

/** One write of one writer. */
export interface WriteOperation {
  name: OperationName;
  /** What the journal calls what was written: the key, for a hash with the field. */
  key: string;
  command: Command;
}

const fields = 8;

/**
 * What a writer does with its `seq`th number: each number is used for one write only. A writer takes a new generation of
 * keys after each write whose outcome it can't know, so such a write is the last of its keys: when it is carried out
 * late it can't be mistaken for a loss.
 */
export function writeOperation({ keys, seq }: { keys: string; seq: number }): WriteOperation {
  const name = operationNames[seq % operationNames.length] as OperationName;
  const nth = Math.floor(seq / operationNames.length) % fields;
  switch (name) {
    case 'INCR':
      return { name, key: `${keys}:counter`, command: ['INCR', `${keys}:counter`] };
    case 'RPUSH':
      return { name, key: `${keys}:list`, command: ['RPUSH', `${keys}:list`, seq] };
    case 'HSET':
      return { name, key: `${keys}:hash/${nth}`, command: ['HSET', `${keys}:hash`, nth, seq] };
    case 'SET':
      return { name, key: `${keys}:string:${nth}`, command: ['SET', `${keys}:string:${nth}`, seq] };
  }
}

/** The keys of one generation of one writer. */
export const keysOf = ({
  prefix,
  writer,
  generation,
}: {
  prefix: string;
  writer: number;
  generation: number;
}): string => `${prefix}:${writer}:${generation}`;
