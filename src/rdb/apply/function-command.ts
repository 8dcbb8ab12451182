import { PayloadFooter } from '../dump-payload.js';
import { opcode } from '../opcodes.js';
import type { RdbReader } from '../reader.js';
import type { ApplyBatch } from './batch.js';
import type { ApplyRequest } from './request.js';

/** The RDB version of 7.0, which brought them. */
const since = 10;
const footer = new PayloadFooter();

/** Writes a library that the reader has found. https://redis.io/docs/latest/commands/function-restore/ */
export function writeLibrary(batch: ApplyBatch, reader: RdbReader, onConflict: ApplyRequest['onConflict']): void {
  const { window, valueFrom, valueTo } = reader;
  const value = window.bytes.subarray(valueFrom, valueTo);
  const payload = Buffer.concat([
    Buffer.from([opcode.functions]),
    value,
    footer.of(since, opcode.functions, value, 0, value.length),
  ]);
  batch.addOther('FUNCTION', 'RESTORE', payload, onConflict === 'replace' ? 'REPLACE' : 'APPEND');
}
