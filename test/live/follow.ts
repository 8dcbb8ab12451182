import { receiveStream, type StreamHooks, type StreamOutcome } from '../../src/live/receive/receive-stream.js';
import type { StreamSpool } from '../../src/live/spool/stream-spool.js';
import type { Endpoint } from '../../src/server/endpoint.js';
import { type RedisServer, waitFor } from '../lab/index.js';
import { endpoint, readTo } from './spool-support.js';

/** Follows a server until it is told to stop, or something breaks. */
export function follow(
  at: { host: string; port: number },
  spool: StreamSpool,
  hooks: StreamHooks = {},
  login: Partial<Endpoint> = {},
) {
  const controller = new AbortController();
  const outcomes: StreamOutcome[] = [];
  const onOutcome = async (outcome: StreamOutcome) => {
    outcomes.push(outcome);
    await hooks.onOutcome?.(outcome);
  };
  const all = { ...hooks, onOutcome, signal: controller.signal };
  const ended: Promise<unknown> = receiveStream(endpoint(at, login), spool.position, spool, all).catch(error => error);
  const stop = async () => {
    const reason = new Error('stopped by the test');
    controller.abort(reason);
    if ((await ended) !== reason) throw await ended;
  };
  return { outcomes, ended, stop };
}

/** Until the spool has what the server has written. */
export async function atEndOf(server: RedisServer, spool: StreamSpool): Promise<void> {
  await waitFor(() => spool.snapshot?.facts ?? spool.position, { what: 'a snapshot' });
  const goal = Number((await server.info('replication')).master_repl_offset);
  await waitFor(() => spool.end >= goal, { what: `the spool to be at ${goal}` });
}

export async function snapshotOf({ snapshot }: StreamSpool): Promise<Buffer> {
  const bytes = Buffer.alloc(snapshot?.facts?.bytes ?? 0);
  for (let at = 0; at < bytes.length; )
    at += (await snapshot?.read(bytes, at, bytes.length - at, at))?.bytesRead ?? bytes.length;
  return bytes;
}

/** The whole stream that is in it. */
export const streamIn = async (spool: StreamSpool): Promise<string> =>
  String(await readTo(spool.reader(spool.start), spool.end));
