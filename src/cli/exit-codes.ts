/** What the command's exit code says to a script. Documented in `redis-migration --help`. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  badInput: 2,
  refused: 3,
  notFound: 4,
  unreachable: 5,
  aborted: 6,
  rolledBack: 7,
  waitsForOperator: 8,
  different: 9,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const meanings: Record<ExitCode, string> = {
  0: 'done; for watch, run and start --wait: the migration completed',
  1: 'unexpected error, or the migration failed or was terminated',
  2: 'bad input or usage; nothing was started or sent',
  3: 'refused by the migration, with its reason',
  4: 'no such migration',
  5: 'Temporal, or the worker that should answer, is not reachable',
  6: 'the migration was aborted',
  7: 'the migration was rolled back',
  8: 'the migration waits for the operator (status --exit-code, watch --until)',
  9: 'verify: the two servers differ by more than is allowed (verification.minimumConsistency)',
  130: 'interrupted by Ctrl-C; the migration itself goes on, or can be resumed',
};

export const exitCodesHelp = (): string =>
  ['Exit codes:', ...Object.entries(meanings).map(([code, text]) => `  ${code.padStart(3)}  ${text}`)].join('\n');
