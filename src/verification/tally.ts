import type { Page } from '../keys/key-feed.js';
import type { Difference, DifferenceKind } from './difference.js';
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

/** A checkpoint of an older version may lack the later ones. */
function countsOf(resume: Partial<Counts> = {}): Counts {
  const { compared = 0, different = 0, missing = 0, extra = 0, scanned = 0, repaired = 0 } = resume;
  return { compared, different, missing, extra, scanned, repaired };
}

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
    this.#counts = countsOf(resume);
    this.#atDbStart = countsOf(resume?.atDbStart ?? this.#counts);
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

  /** Counts what was found, and keeps the cursor behind it. @returns differences that the list has no room for */
  count(look: Look, { cursor, seen }: Pick<Page, 'cursor' | 'seen'>): Difference[] {
    this.#counts.compared += look.compared;
    if (this.#position.phase === 'source scan') this.#counts.scanned += seen;
    this.#position.cursor = cursor === '0' ? theEnd : cursor;
    return look.differences.filter(difference => !this.suspects.add(this.#position.db, difference));
  }

  /** What doesn't fit into the list counts as it was seen last. */
  countAsSeen(kinds: Iterable<DifferenceKind>): void {
    for (const kind of kinds) this.#counts[counter[kind]]++;
  }

  /** There is no end of differences. */
  closeSuspects(): void {
    this.countAsSeen(this.suspects.close().map(({ kind }) => kind));
  }

  countRepaired(keys: number): void {
    this.#counts.repaired += keys;
  }

  /** Nothing is looked at any more: each suspect counts as what it was last, or as unsettled when it still changed. */
  finish(
    changing: ReadonlySet<string>,
    { offset, unheld }: Pick<VerificationResult, 'offset' | 'unheld'>,
  ): VerificationResult {
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
      offset,
      unheld,
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
