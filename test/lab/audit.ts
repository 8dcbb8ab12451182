import { type Address, type Connection, connect } from './connection.js';
import type { Journal } from './journal.js';
import { asText } from './replies.js';
import { type Finding, judge } from './verdict.js';
import { type WrittenKey, writtenKeys } from './written-keys.js';

export interface Audit {
  acknowledged: number;
  ambiguous: number;
  /** Acknowledged, and not there. */
  lost: Finding[];
  /** There more often than it was written. */
  duplicated: Finding[];
  /** Never written so, or not in this order. */
  unexpected: Finding[];
}

/** Holds what the final master has against what its writers were told. A clean audit has three empty lists. */
export async function audit(finalMaster: Address, journal: Journal): Promise<Audit> {
  const { acked, ambiguous } = journal.totals;
  const result: Audit = { acknowledged: acked, ambiguous, lost: [], duplicated: [], unexpected: [] };
  const connection = await connect(finalMaster);
  try {
    for (const key of writtenKeys(journal.entries)) {
      const { lost, duplicated, unexpected } = judge(key, await read(connection, key));
      result.lost.push(...lost);
      result.duplicated.push(...duplicated);
      result.unexpected.push(...unexpected);
    }
    return result;
  } finally {
    connection.close();
  }
}

/** All elements of a list, the one value of anything else; nothing for a key that isn't there. */
async function read(connection: Connection, { operation, key }: WrittenKey): Promise<string[]> {
  if (operation === 'RPUSH') return readList(connection, key);
  const [hash, field] = key.split('/') as [string, string];
  const reply = await (operation === 'HSET' ? connection.send('HGET', hash, field) : connection.send('GET', key));
  return reply === null ? [] : [asText(reply)];
}

async function readList(connection: Connection, key: string): Promise<string[]> {
  const pieceLength = 10_000;
  const elements: string[] = [];
  for (;;) {
    const piece = await connection.send('LRANGE', key, elements.length, elements.length + pieceLength - 1);
    if (!Array.isArray(piece) || piece.length === 0) return elements;
    for (const element of piece) elements.push(asText(element));
  }
}
