import { type Part, part } from './cursor.js';
import type { Layout } from './layout.js';

/** What stands where a value's type may stand, before keys and between them. Source: rdb.h */
export const opcode = {
  slotImport: 243,
  slotInfo: 244,
  functions: 245,
  functionsBefore7: 246,
  moduleAux: 247,
  idle: 248,
  frequency: 249,
  aux: 250,
  sizes: 251,
  expiryMs: 252,
  expirySeconds: 253,
  database: 254,
  end: 255,
} as const;

const { string, length } = part;
const once = (...parts: Part[]): Layout => [{ name: 'value', times: 'once', parts }];

/** What follows an opcode that is a record of its own. */
export const records: Readonly<Record<number, Layout>> = {
  [opcode.slotImport]: [...once(string), { name: 'element', times: 'counted', parts: [length, length] }],
  [opcode.slotInfo]: once(length, length, length),
  [opcode.functions]: once(string),
  [opcode.moduleAux]: [...once(length, length, length), { name: 'module', times: 'annotated', parts: [] }],
  [opcode.aux]: once(string, string),
  [opcode.sizes]: once(length, length),
  [opcode.database]: once(length),
};
