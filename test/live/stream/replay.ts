import {
  AheadKeys,
  levelOf,
  type SourceKey,
  StreamReader,
  type TargetServer,
  type Translator,
} from '../../../src/live/stream/index.js';
import { ByteBuilder } from '../../../src/resp/bytes.js';
import type { RespConnection } from '../../../src/resp/connection.js';
import { RespError } from '../../../src/resp/reply.js';
import type { Selection } from '../../../src/selection/selection.js';
import { copyValue } from '../../../src/values/copy-value.js';
import type { RedisServer } from '../../lab/index.js';

export interface Replay {
  /** Names of commands that led to it. */
  fetched: Set<string>;
  unknown: Set<string>;
  resyncs: string[];
  notes: Set<string>;
  errors: string[];
}

export interface Ends {
  source: RespConnection;
  target: RespConnection;
  selection: Selection;
  translator: Translator;
}

export async function serverOf(server: RedisServer): Promise<TargetServer> {
  const connection = await server.connect();
  const list = (await connection.send('COMMAND')) as unknown as [Buffer | string][];
  connection.close();
  const { redis_version: version = '' } = await server.info('server');
  return { commands: new Set(list.map(([name]) => String(name).toUpperCase())), level: levelOf(version) };
}

/** Does on the target what the stream says, and fetches at its end what can't be said: the source must be at rest then. */
export async function replay(
  stream: Buffer,
  { source, target, selection, translator }: Ends,
  { shiftFetchedMs = 0, ahead = new AheadKeys() }: { shiftFetchedMs?: number; ahead?: AheadKeys } = {},
): Promise<Replay> {
  const done: Replay = { fetched: new Set(), unknown: new Set(), resyncs: [], notes: new Set(), errors: [] };
  const reader = new StreamReader({ offset: 0, db: 0 });
  translator.ahead = ahead;
  reader.push(stream, Date.now());
  const batch = new ByteBuilder();
  let replies = 0;
  const flush = async () => {
    for (const reply of await target.raw(Buffer.from(batch.view()), replies)) keepErrors(reply, done.errors);
    batch.clear();
    replies = 0;
    translator.selected = -1;
  };
  for (let command = reader.next(); command; command = reader.next()) {
    const said = translator.translate(command, batch);
    if (said.kind === 'commands') replies += said.count;
    else if (said.kind === 'multi' || said.kind === 'exec') {
      batch.appendText(`*1\r\n$${said.kind.length}\r\n${said.kind}\r\n`);
      replies++;
    } else if (said.kind === 'fetch') {
      done.fetched.add(command.name);
      for (const key of said.keys) ahead.add(key, stream.length);
    } else if (said.kind === 'unknown') done.unknown.add(said.name);
    else if (said.kind === 'resync') done.resyncs.push(said.why);
    else if (said.kind === 'nothing' && said.note) done.notes.add(said.note);
    else if (said.kind === 'sweep') {
      await flush();
      await sweep(target, { selection, db: said.db });
    }
  }
  await flush();
  for (const { db, key } of ahead.list()) {
    const place = { db, key: Buffer.from(key, 'base64') };
    await fetch({ source, target, selection }, place, shiftFetchedMs);
  }
  translator.ahead = new AheadKeys();
  return done;
}

function keepErrors(reply: unknown, errors: string[]): void {
  if (reply instanceof RespError) errors.push(reply.message);
  if (Array.isArray(reply)) for (const item of reply) keepErrors(item, errors);
}

async function sweep(target: RespConnection, { selection, db }: { selection: Selection; db: number | null }) {
  for (const wanted of db === null ? Array.from({ length: 16 }, (_, n) => n) : [db]) {
    const from = selection.databases([wanted])[0];
    if (from === undefined) continue;
    await target.command('SELECT', selection.targetDatabase(from));
    for (const key of (await target.command('KEYS', '*')) as Buffer[])
      if (selection.sourceKeys(key).length > 0) await target.command('DEL', key);
  }
}

async function fetch(
  { source, target, selection }: Omit<Ends, 'translator'>,
  { db, key }: SourceKey,
  shiftMs: number,
): Promise<void> {
  if (selection.databases([db]).length === 0) return;
  await source.command('SELECT', db);
  await target.command('SELECT', selection.targetDatabase(db));
  const targetKey = selection.targetKey(key);
  const type = String(await source.command('TYPE', key));
  const wanted = selection.accepts(key, 0, key.length) && (selection.types?.has(type) ?? true);
  const { outcome } = wanted ? await copyValue({ source, target, key, targetKey, replace: true }) : { outcome: 'gone' };
  if (outcome === 'gone') await target.command('DEL', targetKey);
  else if (outcome !== 'copied') throw new Error(`${key} was ${outcome}`);
  if (shiftMs === 0) return;
  const expireAt = await expiryOf(target, targetKey);
  if (expireAt !== null) await target.command('PEXPIREAT', targetKey, expireAt + shiftMs);
}

/** Exact from 7.0 on. */
async function expiryOf(server: RespConnection, key: Buffer): Promise<number | null> {
  const [at, left] = await server.pipeline([
    ['PEXPIRETIME', key],
    ['PTTL', key],
  ]);
  if (Number(left) < 0) return null;
  return at instanceof RespError ? Date.now() + Number(left) : Number(at);
}
