/** What a node answers instead of the result while slots are on their way or have no owner. */
export type Redirection =
  /** Ask there, from now on. The host is empty when it is the one that answered. */
  | { kind: 'moved'; slot: number; host: string; port: number }
  /** Ask there, this once. */
  | { kind: 'ask'; slot: number; host: string; port: number }
  /** Ask again in a moment: keys of one command are apart for now, or nobody serves the slot. */
  | { kind: 'wait'; said: string };

const elsewhere = /^-(MOVED|ASK) (\d+) (.*):(\d+)/;
const later = /^-((?:TRYAGAIN|CLUSTERDOWN|MASTERDOWN|LOADING)\b.*)/;

/** @param line an error reply; null: it is another error. https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#redirection-and-resharding */
export function readRedirection(line: string): Redirection | null {
  const place = elsewhere.exec(line);
  if (place) {
    const [, kind, slot, host = '', port] = place;
    return { kind: kind === 'ASK' ? 'ask' : 'moved', slot: Number(slot), host, port: Number(port) };
  }
  const said = later.exec(line)?.[1];
  return said === undefined ? null : { kind: 'wait', said };
}
