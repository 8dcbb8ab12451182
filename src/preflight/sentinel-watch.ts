import type { Server } from '../server/connect.js';

/** Every Sentinel says hello here, and listens. https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/ */
const helloChannel = '__sentinel__:hello';

export interface Watchers {
  /** Subscribers of Sentinel's channel. */
  count: number;
  /** Where those come from that bear a Sentinel's name. */
  addresses: string[];
}

/** Null: the user may neither count subscribers nor list clients. */
export async function findSentinels(server: Server): Promise<Watchers | null> {
  const [counted, clients] = await server.pipeline([
    ['PUBSUB', 'NUMSUB', helloChannel],
    ['CLIENT', 'LIST', 'TYPE', 'pubsub'],
  ]);
  // Only a refusal is an answer: a broken connection is none.
  const broken = [counted, clients].find(reply => reply instanceof Error && reply.name !== 'ReplyError');
  if (broken) throw broken;
  if (counted instanceof Error && clients instanceof Error) return null;
  const addresses = clients instanceof Error ? [] : sentinelsIn(String(clients));
  const count = counted instanceof Error ? addresses.length : Number((counted as unknown[])[1] ?? 0);
  return { count: Math.max(count, addresses.length), addresses };
}

const sentinelsIn = (clients: string): string[] =>
  [...clients.matchAll(/^id=.* addr=(\S+) .*name=sentinel-\S+/gm)].map(([, address = '']) => address);
