import { list, record } from './collections.js';
import { defaults } from './defaults.js';
import * as field from './fields.js';
import { fences, methods } from './input.js';
import { object, orNull, partial, required, withDefault } from './schema.js';

/** The types that TYPE answers. */
const keyTypes = ['string', 'list', 'set', 'zset', 'hash', 'stream', 'vectorset'] as const;
const aYear = '365d';
const database = field.integer(0, 2_147_483_647);
const patterns = withDefault(list(field.plainText(1, 512), 1_000), []);
const pem = field.secretReference('clear text');

const server = {
  url: required(field.serverUrl, { host: '', port: 0, encrypted: false }),
  username: orNull(field.userName),
  password: orNull(field.secretReference('a clear password')),
  tls: orNull(partial({ ca: pem, cert: pem, key: pem, serverName: field.hostName })),
  addressForPeer: orNull(field.peerAddress),
};

const selection = {
  filter: orNull(
    object({
      match: patterns,
      exclude: patterns,
      types: withDefault(list(field.oneOf(keyTypes), 100), []),
      databases: withDefault(list(database, 1_000), []),
    }),
  ),
  rename: orNull(
    object({
      databases: withDefault(record('the number of a database', /^(0|[1-9]\d{0,9})$/, database, 1_000), {}),
      prefix: orNull(
        object({ from: required(field.plainText(0, 512), ''), to: required(field.plainText(0, 512), '') }),
      ),
    }),
  ),
  onConflict: withDefault(field.oneOf(['fail', 'replace', 'skip'] as const), defaults.onConflict),
};

const rate = object({
  maxKeysPerSecond: orNull(field.integer(1, 1_000_000_000)),
  maxBytesPerSecond: orNull(field.size(1)),
  brake: withDefault(field.brake, defaults.rate.brake),
});

const verification = object({
  mode: withDefault(field.oneOf(['full', 'sample', 'keys', 'none'] as const), defaults.verification.mode),
  sampleSize: withDefault(field.integer(1, 1_000_000_000), defaults.verification.sampleSize),
  minimumConsistency: withDefault(field.share, defaults.verification.minimumConsistency),
  ttlTolerance: withDefault(field.duration('0ms', aYear), defaults.verification.ttlTolerance),
  rounds: withDefault(field.integer(1, 100), defaults.verification.rounds),
  repair: withDefault(field.flag, defaults.verification.repair),
  staleAfter: withDefault(field.duration('0ms', aYear), defaults.verification.staleAfter),
});

const cutover = object({
  mode: withDefault(field.oneOf(['manual', 'auto'] as const), defaults.cutover.mode),
  fence: withDefault(field.oneOf(fences), defaults.cutover.fence),
  maxLagBytes: withDefault(field.size(0), defaults.cutover.maxLagBytes),
  drainTimeout: withDefault(field.duration('1ms', '1h'), defaults.cutover.drainTimeout),
  notBefore: orNull(field.time),
  notAfter: orNull(field.time),
  hooks: partial({
    prepare: field.hookName,
    switch: field.hookName,
    check: field.hookName,
    rollback: field.hookName,
  }),
});

const observe = object({
  duration: withDefault(field.duration('0ms', aYear), defaults.observe.duration),
  maxErrorRate: withDefault(field.share, defaults.observe.maxErrorRate),
  maxLatency: withDefault(field.latency, defaults.observe.maxLatency),
  onRegression: withDefault(field.oneOf(['wait', 'rollback'] as const), defaults.observe.onRegression),
});

/** Every field of `MigrationInput`, each with its reader. */
export const inputShape = {
  source: object(server),
  target: object({
    ...server,
    ifNotEmpty: withDefault(field.oneOf(['refuse', 'wipe'] as const), defaults.target.ifNotEmpty),
  }),
  method: withDefault(field.oneOf(['auto', ...methods] as const), defaults.method),
  ...selection,
  rate,
  migrate: object({ move: withDefault(field.flag, defaults.migrate.move) }),
  rdb: object({ file: orNull(field.plainText(1, 1_024)) }),
  verification,
  cutover,
  observe,
  keepSourceFor: withDefault(field.duration('0ms', aYear), defaults.keepSourceFor),
  sourceAfterwards: withDefault(field.oneOf(['parked', 'released'] as const), defaults.sourceAfterwards),
  accept: withDefault(list(field.checkName, 100), defaults.accept),
  dryRun: withDefault(field.flag, defaults.dryRun),
};

export const readDraft = object(inputShape);
/** What a person typed, read: units made plain and defaults filled in, contradictions not yet judged. */
export type InputDraft = ReturnType<typeof readDraft>;
export type ServerDraft = InputDraft['source'];
