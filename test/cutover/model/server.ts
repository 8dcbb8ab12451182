import { type Dataset, flush, type ModelServer, markerFor, type Place, peerOf, ping, type State } from './state.js';

/** Redis, as far as a cutover can tell: roles, streams, both kinds of resync, what a restart keeps. */

export const isWritable = (server: ModelServer): boolean => server.up && takesWrites(server) && !server.paused;
export const takesWrites = ({ role, refuses }: ModelServer): boolean => role === 'master' && !refuses;

export function append(server: ModelServer, entry: number): void {
  server.offset++;
  server.backlog?.push(entry);
  carryOut(server, entry);
}

function carryOut(server: ModelServer, entry: number): void {
  if (entry === flush) {
    server.writes = 0;
    server.marker = null;
  } else if (entry >= markerFor(0)) server.marker = (entry - markerFor(0)) as Place;
  else if (entry !== ping) server.writes |= 1 << (entry - 1);
}

/** The next entry that the replica's link brings, or undefined. */
export function nextEntry(state: State, place: Place): number | undefined {
  const [replica, master] = [state.servers[place], state.servers[peerOf(place)]];
  if (!replica.up || !replica.linkUp) return undefined;
  return master.backlog?.[replica.offset - firstOffset(master) + 1];
}

export const firstOffset = ({ backlog, offset }: Pick<ModelServer, 'backlog' | 'offset'>): number =>
  backlog === null ? 0 : offset - backlog.length + 1;

/** A parked master answers NOMASTERLINK. */
export function canSync(state: State, place: Place): boolean {
  const [replica, master] = [state.servers[place], state.servers[peerOf(place)]];
  const wants = replica.up && replica.role === 'follows-peer' && !replica.linkUp && !replica.shutOut;
  return wants && master.up && master.role === 'master';
}

export function sync(state: State, place: Place): 'partial' | 'full' {
  const [replica, master] = [state.servers[place], state.servers[peerOf(place)]];
  const partial = mayContinue(replica, master);
  master.backlog ??= [];
  if (!partial) Object.assign(replica, datasetOf(master), { backlog: [], replid2: 0, secondOffset: 0 });
  else if (replica.replid !== master.replid) {
    Object.assign(replica, { replid2: replica.replid, secondOffset: replica.offset + 1, replid: master.replid });
  }
  replica.backlog ??= [];
  replica.linkUp = true;
  return partial ? 'partial' : 'full';
}

function mayContinue(replica: ModelServer, master: ModelServer): boolean {
  const next = replica.offset + 1;
  const known = replica.replid === master.replid || (replica.replid === master.replid2 && next <= master.secondOffset);
  return known && master.backlog !== null && next >= firstOffset(master) && replica.offset <= master.offset;
}

export const datasetOf = ({ writes, marker, replid, offset }: Dataset): Dataset => ({ writes, marker, replid, offset });

/** REPLICAOF the parking address: it keeps id, offset and its replicas' links. */
export function park(state: State, place: Place): void {
  const server = state.servers[place];
  server.role = 'parked';
  server.linkUp = false;
  server.backlog ??= [];
}

export function follow(state: State, place: Place): void {
  park(state, place);
  state.servers[place].role = 'follows-peer';
}

/** REPLICAOF NO ONE: a new id, the old one counts up to here; replicas must resync. */
export function becomeMaster(state: State, place: Place): void {
  const server = state.servers[place];
  if (server.role === 'master') return;
  Object.assign(server, { role: 'master', linkUp: false, replid2: server.replid, secondOffset: server.offset + 1 });
  server.replid = state.nextId++;
  unlinkReplica(state, place);
}

export function unlinkReplica(state: State, place: Place): void {
  state.servers[peerOf(place)].linkUp = false;
}

/** CONFIG REWRITE, where there is a file. */
export function rewrite(server: ModelServer): void {
  const { file, role, users, refuses, shutOut } = server;
  server.file = file && { role, users, refuses, shutOut };
}
