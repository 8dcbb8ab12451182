import type { Server } from '../server/connect.js';
import { refusalIn } from './replies.js';

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
  const [subscribers, clients] = await server.pipeline([
    ['PUBSUB', 'NUMSUB', helloChannel],
    ['CLIENT', 'LIST', 'TYPE', 'pubsub'],
  ]);
  const refused = [refusalIn(subscribers) !== null, refusalIn(clients) !== null];
  if (refused.every(Boolean)) return null;
  const addresses = refused[1] ? [] : sentinelsIn(String(clients));
  const count = refused[0] ? 0 : Number((subscribers as unknown[])[1] ?? 0);
  return { count: Math.max(count, addresses.length), addresses };
}

const sentinelsIn = (clients: string): string[] =>
  [...clients.matchAll(/^id=.* addr=(\S+) .*name=sentinel-\S+/gm)].map(([, address = '']) => address);
