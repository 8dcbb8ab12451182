import type { Observed } from '../../../src/cutover/situation.js';
import type { Dataset, ModelAttempt, ModelServer, State } from './state.js';

/** A number that equal states share. Replication ids count by where they are, not by when they were made. */
export function keyOf(state: State): number {
  const ids = new Map<number, number>([[0, 0]]);
  const id = (replid: number): number => {
    const known = ids.get(replid);
    if (known !== undefined) return known;
    ids.set(replid, ids.size);
    return ids.size - 1;
  };
  let text = '';
  for (const server of state.servers) text += serverText(server, id);
  for (const attempt of state.attempts) text += attemptText(attempt, id);
  const { left, ghost } = state;
  for (const name in left) text += `${left[name as keyof typeof left]},`;
  text += `${ghost.acknowledged},${ghost.excused},${ghost.ruler},${ghost.linkedBack},${ghost.vouched},${ghost.faults > 0}`;
  return hash(text);
}

type Rename = (id: number) => number;

const datasetText = ({ writes, marker, replid, offset }: Dataset, id: Rename): string =>
  `${writes},${marker},${id(replid)},${offset},`;

function serverText(server: ModelServer, id: Rename): string {
  const { up, role, linkUp, replid2, secondOffset, backlog, paused, users, refuses, shutOut, file, saved } = server;
  const own = `${datasetText(server, id)}${up},${role},${linkUp},${id(replid2)},${secondOffset},${backlog?.join('.')},`;
  const inFile = file && `${file.role},${file.users},${file.refuses},${file.shutOut}`;
  return `${own}${paused},${users},${refuses},${shutOut},${inFile},${datasetText(saved, id)};`;
}

function attemptText(attempt: ModelAttempt, id: Rename): string {
  const { step, hold, connected, seen, memory: m, act, end, stale } = attempt;
  if (step === 'new') return 'new;';
  const ending = end === null || typeof end === 'string' ? end : end.end;
  if (step === 'ended') return `${ending},${connected};`;
  const times = `${m.fencedAt},${m.parkedAt},${m.relinkedAt},${m.lostSince}`;
  const flags = `${m.unfenced},${m.unparked},${m.standbyKnownReplica},${m.hookDone},${m.released},${m.refusal},${m.marked}`;
  const done = `${m.guarded},${m.braced},${m.recordedPrimary},${m.recordedStandby}`;
  return `${step},${hold},${connected},${seen.map(one => seenText(one, id))},${times},${flags},${done},${act},${attempt.vouched},${ending},${stale};`;
}

function seenText(seen: Observed | null | undefined, id: Rename): string {
  if (!seen) return String(seen);
  const { role, master, linkUp, replid, replid2, secondOffset, offset, backlogFirstOffset, promoted, refuses } = seen;
  const place = `${role},${master?.host},${linkUp},${id(Number(replid))},${id(Number(replid2))},${secondOffset}`;
  return `${place},${offset},${backlogFirstOffset},${promoted},${refuses}`;
}

/** 53 bits (cyrb53): among a million states a false match is one in ten thousand. */
function hash(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
