import type { Server } from '../server/connect.js';
import { type Client, type ClientKind, parseClientList } from './client-list.js';

/** Clients of one address, name, user and kind, counted. Names are escaped and cut: whoever connects chooses them. */
export interface ClientGroup {
  address: string;
  name: string;
  user: string;
  kind: ClientKind;
  count: number;
  /** How many of them wait in a blocking command. */
  blocked: number;
  /** Of the client that was active last. */
  lastCommand: string;
  idleSeconds: number;
}

/** Who is connected, the migration itself and other servers left out; the biggest groups first. */
export async function readClients(server: Server): Promise<ClientGroup[]> {
  return groupClients(parseClientList(String(await server.call('CLIENT', 'LIST'))));
}

export function groupClients(clients: readonly Client[]): ClientGroup[] {
  const groups = new Map<string, ClientGroup>();
  for (const client of clients) {
    const key = JSON.stringify([client.address, client.name, client.user, client.kind]);
    const group = groups.get(key);
    groups.set(key, group ? grown(group, client) : toGroup(client));
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || a.idleSeconds - b.idleSeconds);
}

/** One line a group, for people, and what a subscriber or a reader there means for them. */
export function leftBehind(groups: readonly ClientGroup[], most = 20): string[] {
  const lines = groups.slice(0, most).map(describeGroup);
  const rest = countClients(groups.slice(most));
  return rest > 0 ? [...lines, `${clientsText(rest)} in ${groups.length - most} more groups`] : lines;
}

export const countClients = (groups: readonly ClientGroup[]): number =>
  groups.reduce((sum, group) => sum + group.count, 0);

export const clientsText = (count: number): string => (count === 1 ? '1 client' : `${count} clients`);

const toGroup = (client: Client): ClientGroup => ({
  address: escapeName(client.address),
  name: escapeName(client.name),
  user: escapeName(client.user),
  kind: client.kind,
  count: 1,
  blocked: client.blocked ? 1 : 0,
  lastCommand: escapeName(client.lastCommand),
  idleSeconds: client.idleSeconds,
});

function grown(group: ClientGroup, client: Client): ClientGroup {
  const latest = client.idleSeconds < group.idleSeconds ? client : null;
  return {
    ...group,
    count: group.count + 1,
    blocked: group.blocked + (client.blocked ? 1 : 0),
    lastCommand: latest ? escapeName(latest.lastCommand) : group.lastCommand,
    idleSeconds: Math.min(group.idleSeconds, client.idleSeconds),
  };
}

function describeGroup(group: ClientGroup): string {
  const who = `${clientsText(group.count)} from ${group.address}`;
  const named = group.name === '' ? 'without a name' : `named "${group.name}"`;
  const as = group.user === '' ? '' : ` as user "${group.user}"`;
  const last = `last command ${group.lastCommand.toUpperCase() || 'unknown'}, ${group.idleSeconds}s ago`;
  return `${who} ${named}${as}: ${kindTexts[group.kind]}${group.blocked > 0 ? `, ${group.blocked} blocked` : ''}; ${last}`;
}

const kindTexts: Record<ClientKind, string> = {
  normal: 'no read seen last',
  pubsub: 'subscribed',
  reader: 'reading',
};

const longestName = 60;

/** Everything outside printable ASCII as `\u....`, so that no terminal or page obeys it. */
export function escapeName(name: string): string {
  const cut = name.length > longestName ? `${name.slice(0, longestName)}...` : name;
  return cut.replace(/[^\x20-\x7e]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
