import { datasetOf, unlinkReplica } from './server.js';
import type { Dataset, Hold, ModelServer, Place, State } from './state.js';

/** What a server comes back with: all of it under a new id (AOF), its last snapshot, or nothing. */
export type Persistence = 'aof' | 'rdb' | 'none';

export function crash(state: State, place: Place): void {
  const server = state.servers[place];
  Object.assign(server, { up: false, linkUp: false, paused: false });
  unlinkReplica(state, place);
  for (const attempt of state.attempts) {
    attempt.connected[place] = false;
    if (onTheWay.has(attempt.hold[place])) attempt.hold[place] = 'broken';
  }
}

const onTheWay = new Set<Hold>(['connected', 'user', 'logged-in', 'listed', 'looked', 'alone']);

/** Without a configuration file it starts as the master that it once was started as. */
export function restart(state: State, place: Place, persistence: Persistence): void {
  const server = state.servers[place];
  const { role, users, refuses, shutOut } = server.file ?? noFile;
  Object.assign(server, { up: true, role, users, refuses, shutOut, replid2: 0, secondOffset: 0, backlog: null });
  Object.assign(server, kept[persistence](server, state));
  if (persistence === 'rdb' && role === 'master') continueAsMaster(server, state);
}

const noFile = { role: 'master', users: 0, refuses: false, shutOut: false } as const;

const kept: Record<Persistence, (server: ModelServer, state: State) => Dataset> = {
  aof: ({ writes, marker }, state) => ({ writes, marker, replid: state.nextId++, offset: 0 }),
  rdb: ({ saved }) => datasetOf(saved),
  none: (_, state) => ({ writes: 0, marker: null, replid: state.nextId++, offset: 0 }),
};

/** A master that loads a snapshot knows the snapshot's id as its second one (since 7.0). */
function continueAsMaster(server: ModelServer, state: State): void {
  Object.assign(server, { replid2: server.replid, secondOffset: server.offset + 1, backlog: [] });
  server.replid = state.nextId++;
}
