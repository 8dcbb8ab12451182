import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import type { Redactor } from '../src/server/redact.js';
import type { LogLevel } from './settings.js';

/** One JSON object a line on standard error, with every resolved secret replaced. */
export function createLogger(level: LogLevel, redactor: Redactor): DefaultLogger {
  return new DefaultLogger(level, entry => {
    process.stderr.write(`${redactor.redact(toLine(entry))}\n`);
  });
}

function toLine({ timestampNanos, level, message, meta }: LogEntry): string {
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  return JSON.stringify({ time, level, message, ...meta }, plain);
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  return typeof value === 'bigint' ? String(value) : value;
}
