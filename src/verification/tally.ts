import type { DifferenceKind } from './difference.js';
import type { Look } from './look.js';
import type { Counts, VerificationProgress, VerificationResult } from './progress.js';
import { idOf, Suspects, showSuspect } from './suspects.js';

type Phase = VerificationProgress['phase'];
type Position = Pick<VerificationProgress, 'phase' | 'db' | 'cursor' | 'runId'>;

const order: Phase[] = ['source scan', 'target scan', 'settle'];

/** The cursor of a database that has been scanned: SCAN itself begins and ends with 0. */
const theEnd = 'end';

const counter = {
  different: 'different',
  ttl: 'different',
  missing: 'missing',
  extra: 'extra',
} as const satisfies Record<DifferenceKind, keyof Counts>;

/** What a verification knows so far: made from a checkpoint, and giving the next ones. */
export class Tally {
  suspects: Suspects;
  #counts: Counts;
  #atDbStart: Counts;
  #unsettled = 0;
  #position: Position;

  constructor(
    readonly keysTotal: number,
    private readonly maxExamples: number,
    resume?: VerificationProgress,
  ) {
    const { compared = 0, different = 0, missing = 0, extra = 0 } = resume ?? {};
    this.#counts = { compared, different, missing, extra };
    this.#atDbStart = { ...(resume?.atDbStart ?? this.#counts) };
    this.suspects = new Suspects(resume?.suspects);
    const { phase = 'source scan', db = -1, cursor = '0', runId = '' } = resume ?? {};
    this.#position = { phase, db, cursor, runId };
  }

  get position(): Readonly<Position> {
    return this.#position;
  }

  /**
   * Goes on to a database of the side that is scanned.
   * @returns the cursor to scan from; undefined when the checkpoint is behind this database already
   */
  enter(scanned: 'source' | 'target', db: number, runId: string): string | undefined {
    const at = this.#position;
    const phase = `${scanned} scan` as const;
    const ahead = order.indexOf(phase) - order.indexOf(at.phase) || db - at.db;
    if (ahead < 0) return undefined;
    if (ahead === 0 && at.cursor === theEnd) return undefined;
    if (ahead === 0 && at.runId === runId) return at.cursor;
    if (ahead === 0) this.#forget();
    this.begin(phase, db, runId);
    return '0';
  }

  begin(phase: Phase, db: number, runId: string): void {
    this.#position = { phase, db, cursor: '0', runId };
    this.#atDbStart = { ...this.#counts };
  }

  /** Counts what was found, and keeps the cursor behind it. */
  count(look: Look, cursor: string): void {
    this.#counts.compared += look.compared;
    for (const difference of look.differences)
      if (!this.suspects.add(this.#position.db, difference)) this.#counts[counter[difference.kind]]++;
    this.#position.cursor = cursor === '0' ? theEnd : cursor;
  }

  /** There is no end of differences: what doesn't fit into the list counts as it was seen. */
  closeSuspects(): void {
    for (const { kind } of this.suspects.close()) this.#counts[counter[kind]]++;
  }

  /** Nothing is looked at any more: each suspect counts as what it was last, or as unsettled when it still changed. */
  finish(changing: ReadonlySet<string>): VerificationResult {
    for (const suspect of this.suspects.list())
      if (changing.has(idOf(suspect))) this.#unsettled++;
      else this.#counts[counter[suspect.kind]]++;
    const { compared, different, missing, extra } = this.#counts;
    const wrong = different + missing + extra;
    return {
      verdict: wrong > 0 ? 'different' : this.#unsettled > 0 ? 'unsettled' : 'consistent',
      ...this.#counts,
      unsettled: this.#unsettled,
      consistency: compared === 0 ? 1 : Math.max(0, 1 - (wrong + this.#unsettled) / compared),
      at: new Date().toISOString(),
      examples: this.#examples(),
      suspects: this.suspects.list(),
    };
  }

  snapshot(): VerificationProgress {
    return {
      format: 1,
      ...this.#position,
      ...this.#counts,
      unsettled: this.suspects.size,
      atDbStart: { ...this.#atDbStart },
      keysTotal: this.keysTotal,
      examples: this.#examples(),
      suspects: this.suspects.list(),
    };
  }

  /** The scanned server is another process now: what was counted in this database is counted again. */
  #forget(): void {
    const { phase, db } = this.#position;
    this.#counts = { ...this.#atDbStart };
    for (const suspect of this.suspects.list())
      if (suspect.db === db && (phase === 'source scan' || suspect.kind === 'extra')) this.suspects.delete(suspect);
  }

  #examples(): string[] {
    return this.suspects.list().slice(0, this.maxExamples).map(showSuspect);
  }
}
