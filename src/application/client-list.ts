/** One connection as CLIENT LIST shows it. https://redis.io/docs/latest/commands/client-list/ */
export interface Client {
  /** Host without port; the path of a Unix socket. */
  address: string;
  name: string;
  /** Empty before Redis 6. */
  user: string;
  kind: ClientKind;
  blocked: boolean;
  /** Lower case, with its subcommand since 7.0: `config|get`. */
  lastCommand: string;
  idleSeconds: number;
}

/** `pubsub` has a subscription; `reader` sent a read last, so a replica goes on serving it; all others are `normal`. */
export type ClientKind = 'normal' | 'pubsub' | 'reader';

/** The application's clients: without replicas, masters, monitors and the migration's own connections. */
export function parseClientList(text: string): Client[] {
  return text
    .split('\n')
    .map(parseFields)
    .filter(fields => fields.has('addr') && isApplication(fields))
    .map(toClient);
}

type Fields = ReadonlyMap<string, string>;

/** `id=3 addr=127.0.0.1:51234 name= ...`: values hold no spaces, but may hold an equals sign. */
function parseFields(line: string): Fields {
  const pairs = line.trim().split(' ');
  return new Map(pairs.map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** S replica, M master, O monitor. */
function isApplication(fields: Fields): boolean {
  const own = field(fields, 'name').startsWith('redis-migration') || field(fields, 'user').startsWith('migration-');
  return !own && !/[SMO]/.test(field(fields, 'flags'));
}

function toClient(fields: Fields): Client {
  return {
    address: field(fields, 'addr')
      .replace(/:\d+$/, '')
      .replace(/^\[(.*)\]$/, '$1'),
    name: field(fields, 'name'),
    user: field(fields, 'user'),
    kind: kindOf(fields),
    blocked: field(fields, 'flags').includes('b'),
    lastCommand: field(fields, 'cmd').toLowerCase(),
    idleSeconds: Number(field(fields, 'idle')) || 0,
  };
}

function kindOf(fields: Fields): ClientKind {
  const subscribed = ['sub', 'psub', 'ssub'].some(name => Number(field(fields, name)) > 0);
  if (subscribed || field(fields, 'flags').includes('P')) return 'pubsub';
  return readCommands.has(field(fields, 'cmd').toLowerCase()) ? 'reader' : 'normal';
}

const field = (fields: Fields, name: string): string => fields.get(name) ?? '';

/** Commands that a read-only replica answers. Fixed, since asking the server (COMMAND INFO) needs a permission more. */
const readCommands: ReadonlySet<string> = new Set(
  `get mget getrange substr strlen exists type ttl pttl expiretime pexpiretime keys scan randomkey dbsize dump touch
  object|encoding object|freq object|idletime object|refcount object memory|usage sort_ro lcs
  hget hmget hgetall hkeys hvals hlen hexists hstrlen hscan hrandfield httl hpttl hexpiretime hpexpiretime
  lindex llen lrange lpos smembers sismember smismember scard srandmember sscan sinter sintercard sunion sdiff
  zrange zrangebyscore zrangebylex zrevrange zrevrangebyscore zrevrangebylex zscore zmscore zrank zrevrank zcard zcount
  zlexcount zscan zrandmember zinter zintercard zunion zdiff xrange xrevrange xread xlen xpending xinfo xinfo|stream
  xinfo|groups xinfo|consumers getbit bitcount bitpos bitfield_ro pfcount geopos geodist geohash geosearch
  georadius_ro georadiusbymember_ro eval_ro evalsha_ro fcall_ro`.split(/\s+/),
);
