import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderReport } from '../../src/report/render.js';
import { cellsOf } from './markdown.js';
import { sampleRecord } from './sample.js';

const evil =
  'x|y`<img src=x onerror=alert(1)>\n\n# Owned\n| a | b |\n[l](http://evil.example) $1$ www.evil.example\u202e\u001b[2J```\nsh';

test('hostile names end no cell, span, block or line, and make no link or tag', () => {
  expectHarmless(renderReport(poisoned(evil)));
});

test('nor does any text at all', () => {
  const nasty = fc.string({
    unit: fc.constantFrom(...'|`<>&$\\\n\r[]()!#*_~-=+ .:/@ab1\u2028\u202e\u0000'),
    maxLength: 60,
  });
  fc.assert(
    fc.property(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 60 })), text =>
      expectHarmless(renderReport(poisoned(text))),
    ),
    { numRuns: 50, seed: 7 },
  );
});

test('stays below 200 KB whatever it is given, and says what it left out', () => {
  const huge = poisoned('<|`\u202e🚀'.repeat(2_000), 400);
  const report = renderReport(huge);
  expect(Buffer.byteLength(report)).toBeLessThan(200_000);
  expect(report).toMatch(/\.\.\. and [\d]+ more rows, left out for length\./);
  expect(report).toContain('## Changes to the servers');
  expectHarmless(report);
});

/** Every text that others choose is `text`; every list has `many` of them. */
function poisoned(text: string, many = 2) {
  const record = sampleRecord();
  const times = <T>(item: T): T[] => Array.from({ length: many }, () => item);
  const first = <T>([item]: T[]): T => item as T;
  return sampleRecord({
    reason: text,
    methodReason: text,
    status: {
      ...record.status,
      name: text,
      checklist: record.status.checklist.map(entry => ({ ...entry, detail: text })),
      verification: {
        ...(record.status.verification as NonNullable<typeof record.status.verification>),
        examples: times(text),
      },
      rollback: { possible: true, why: text, lagBytes: 1 },
      notes: times(text),
      nextSteps: times({ message: text, command: text, why: text }),
      blockers: times({ step: 'verify', type: 'VerificationFailed', message: text, remedy: text }),
    },
    servers: { source: { address: text, version: text, runIds: times(text), keys: 1, usedMemory: 1 }, target: null },
    checks: times({ ...first(record.checks), message: text, remedy: text }),
    observed: {
      ...(record.observed as NonNullable<typeof record.observed>),
      errorsByCode: { [text]: 1 },
      top: times({ command: text, calls: 1, meanMs: 1, p99Ms: 1, failed: 1 }),
    },
    observation: { regression: false, findings: times(text) },
    application: {
      findings: times(text),
      moved: 1,
      left: 1,
      leftBehind: times({
        address: text,
        name: text,
        user: text,
        kind: text,
        count: 1,
        lastCommand: text,
        idleSeconds: 1,
      }),
    },
    changes: times({
      side: 'source',
      what: text,
      from: text,
      to: text,
      at: text,
      undone: false,
      undoneAt: null,
      note: text,
    }),
    hooks: times({ point: text, name: text, outcome: 'failed', at: text, durationMs: 1, detail: text }),
  });
}

const ownHeadings = new Set([
  '# Migration',
  '# or, when that workflow is gone, with the input that it was started with:',
  ...renderReport(sampleRecord())
    .split('\n')
    .filter(line => /^##/.test(line)),
]);

/** What a Markdown reader would make of it: only our own headings, tables as wide as their heads, no raw HTML, no link. */
function expectHarmless(report: string): void {
  const lines = report.split('\n');
  const headings = lines.filter(line => /^ {0,3}#{1,6}( |$)/.test(line));
  expect(headings.filter(line => !ownHeadings.has(line.replace(/^# Migration .*/, '# Migration')))).toEqual([]);
  const text = lines
    .filter(line => !line.startsWith('```'))
    .map(withoutCode)
    .join('\n');
  expect(text).not.toMatch(/<|(?<!\\)`|(?<!\\)\$|:\/\/|www\.|\S@\S/i);
  expect(text).not.toMatch(/(?<!\\)\]\(/);
  expect(report.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  expect(lines.filter((line, index) => isRow(line) && !fits(line, lines[index - 1] ?? ''))).toEqual([]);
}

const isRow = (line: string): boolean => line.startsWith('|');

const fits = (row: string, above: string): boolean => !isRow(above) || cellsOf(above).length === cellsOf(row).length;

/** Fenced commands are ours; spans are checked to hold nothing that ends them. */
const withoutCode = (line: string): string =>
  /redis-cli|^export |^temporal |^redis-migration /.test(line) ? '' : line.replace(/(?<!\\)`[^`]*`/g, '');
