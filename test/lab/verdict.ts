import type { WrittenKey } from './written-keys.js';

export interface Finding {
  key: string;
  /** The number of the write, where one can be named. */
  seq: number | null;
  expected: string;
  found: string;
}

export interface Verdict {
  lost: Finding[];
  duplicated: Finding[];
  unexpected: Finding[];
}

/** Judges what a server holds of one key: the elements of a list, or the one value of anything else. */
export function judge(written: WrittenKey, found: string[]): Verdict {
  switch (written.operation) {
    case 'INCR':
      return judgeCounter(written, Number(found[0] ?? 0));
    case 'RPUSH':
      return judgeList(written, found.map(Number));
    case 'HSET':
    case 'SET':
      return judgeLatest(written, found[0] ?? null);
  }
}

function judgeCounter({ key, acked, ambiguous }: WrittenKey, value: number): Verdict {
  const least = acked.length;
  const most = least + (ambiguous === null ? 0 : 1);
  const finding = { key, seq: null, expected: least === most ? `${least}` : `${least} or ${most}`, found: `${value}` };
  return {
    lost: value < least ? [finding] : [],
    duplicated: value > most ? [finding] : [],
    unexpected: Number.isInteger(value) ? [] : [finding],
  };
}

function judgeLatest({ key, acked, ambiguous }: WrittenKey, value: string | null): Verdict {
  const last = acked.at(-1) ?? null;
  const allowed = [last, ambiguous].filter(seq => seq !== null);
  const finding = { key, seq: last, expected: allowed.join(' or '), found: value ?? 'nothing' };
  const fits = value === null ? last === null : allowed.includes(Number(value));
  if (fits) return { lost: [], duplicated: [], unexpected: [] };
  const older = value === null || acked.includes(Number(value));
  return { lost: older ? [finding] : [], duplicated: [], unexpected: older ? [] : [finding] };
}

function judgeList({ key, acked, ambiguous }: WrittenKey, elements: number[]): Verdict {
  const verdict: Verdict = { lost: [], duplicated: [], unexpected: [] };
  const known = new Set(ambiguous === null ? acked : [...acked, ambiguous]);
  const seen = new Set<number>();
  let highest = 0;
  elements.forEach((seq, at) => {
    const finding = { key, seq, found: `${seq} at ${at}` };
    if (seen.has(seq)) verdict.duplicated.push({ ...finding, expected: 'once' });
    else if (!known.has(seq)) verdict.unexpected.push({ ...finding, expected: 'nothing that was never written' });
    else if (seq < highest) verdict.unexpected.push({ ...finding, expected: `before ${highest}` });
    seen.add(seq);
    highest = Math.max(highest, seq);
  });
  for (const seq of acked) if (!seen.has(seq)) verdict.lost.push({ key, seq, expected: 'once', found: 'nothing' });
  return verdict;
}
