import { describe, expect, test } from 'vitest';
import { methods } from '../../src/contract/input.js';
import type { MigrationPlan } from '../../src/contract/plan.js';
import { readInput } from '../../src/contract/read-input.js';
import { inputWith, minimal } from './inputs.js';

const server = (host: string, port: number) => ({
  host,
  port,
  username: null,
  password: null,
  tls: null,
  addressForPeer: { host, port },
});

const escaped = (text: string): string => text.replace(/[[\]".]/g, '\\$&');

/** The defaults, as the documentation promises them. */
const standard: MigrationPlan = {
  source: server('old', 6379),
  target: { ...server('new', 6380), ifNotEmpty: 'refuse' },
  method: 'auto',
  filter: null,
  rename: null,
  onConflict: 'fail',
  rate: { maxKeysPerSecond: null, maxBytesPerSecond: null, brake: true },
  migrate: { move: false },
  rdb: { file: null },
  verification: {
    mode: 'full',
    sampleSize: 1_000,
    minimumConsistency: 1,
    ttlToleranceMs: 1_000,
    rounds: 3,
    repair: false,
    staleAfterMs: 86_400_000,
  },
  cutover: {
    mode: 'manual',
    fence: 'auto',
    maxLagBytes: 1_048_576,
    drainTimeoutMs: 5_000,
    notBefore: null,
    notAfter: null,
    hooks: {},
  },
  observe: { durationMs: 600_000, maxErrorRate: 0.01, maxLatency: { times: 3 }, onRegression: 'wait' },
  keepSourceForMs: 86_400_000,
  sourceAfterwards: 'parked',
  accept: [],
  dryRun: false,
};

test('two urls are enough, and everything else has its documented default', () => {
  expect(readInput(minimal)).toStrictEqual({ plan: standard, problems: [] });
});

test('auto stays open where there is a choice of methods', () => {
  expect(readInput(minimal, methods).plan).toStrictEqual({ ...standard, method: 'auto' });
});

test('what belongs to one method arrives with it', () => {
  const { plan } = readInput({ ...minimal, method: 'migrate', migrate: { move: true } }, methods);
  expect(plan?.migrate).toEqual({ move: true });
});

test('every field arrives in the plan, in plain units', () => {
  const tls = { ca: 'file:ca.pem', cert: 'file:cert.pem', key: 'env:SOURCE_KEY', serverName: 'redis.example' };
  const input = {
    source: { url: 'rediss://old:1', username: 'me', password: 'env:SOURCE_PASSWORD', tls, addressForPeer: '[::1]:2' },
    target: { url: 'rediss://new', password: 'file:/run/secrets/target' },
    method: 'dump-restore',
    filter: { match: ['a:*'], exclude: ['*:b'], types: ['zset', 'stream'], databases: [0, 15] },
    rename: { databases: { 0: 3, 15: 0 }, prefix: { from: 'a:', to: '' } },
    onConflict: 'replace',
    rate: { maxKeysPerSecond: 10, maxBytesPerSecond: '5MB', brake: false },
    migrate: { move: false },
    verification: {
      mode: 'sample',
      sampleSize: 5,
      minimumConsistency: 0.5,
      ttlTolerance: '2s',
      rounds: 1,
      repair: true,
      staleAfter: '1h',
    },
    cutover: {
      mode: 'auto',
      fence: 'whole-copy',
      maxLagBytes: 0,
      drainTimeout: '250ms',
      notBefore: '2026-01-01T00:00Z',
      notAfter: '2026-01-01T00:01Z',
      hooks: { prepare: 'a', switch: 'b.c', check: 'd-e', rollback: 'f_g' },
    },
    observe: { duration: '0ms', maxErrorRate: 0, maxLatency: '5ms', onRegression: 'rollback' },
    sourceAfterwards: 'released',
    accept: ['target-persistence', 'modules', 'target-persistence'],
    dryRun: true,
  };
  const at = Date.UTC(2026, 0, 1);
  expect(readInput({ ...input, keepSourceFor: '0s' }, methods)).toStrictEqual({
    plan: {
      ...input,
      source: {
        host: 'old',
        port: 1,
        username: 'me',
        password: 'env:SOURCE_PASSWORD',
        tls,
        addressForPeer: { host: '::1', port: 2 },
      },
      target: { ...server('new', 6379), password: 'file:/run/secrets/target', tls: {}, ifNotEmpty: 'refuse' },
      rate: { maxKeysPerSecond: 10, maxBytesPerSecond: 5_000_000, brake: false },
      rdb: { file: null },
      verification: {
        mode: 'sample',
        sampleSize: 5,
        minimumConsistency: 0.5,
        ttlToleranceMs: 2_000,
        rounds: 1,
        repair: true,
        staleAfterMs: 3_600_000,
      },
      cutover: {
        mode: 'auto',
        fence: 'whole-copy',
        maxLagBytes: 0,
        drainTimeoutMs: 250,
        notBefore: at,
        notAfter: at + 60_000,
        hooks: input.cutover.hooks,
      },
      observe: { durationMs: 0, maxErrorRate: 0, maxLatency: { ms: 5 }, onRegression: 'rollback' },
      keepSourceForMs: 0,
      accept: ['target-persistence', 'modules'],
    },
    problems: [],
  });
});

describe('every field that is wrong is refused by its path', () => {
  const bad: Record<string, unknown[]> = {
    source: [null, 'redis://old', [], 5],
    target: [null, 'redis://new', []],
    'source.url': [null, 5, {}, ['redis://old'], 'old:6379'],
    'target.url': [undefined, null, 'http://new'],
    'source.username': ['', 'a b', 'a\nb', "a'b", 'x'.repeat(257), 5, []],
    'source.password': ['', 'hunter2', 'env:', 'env:1A', 'env:A B', 'file:', 'file:a\0b', 'ENV:A', 5, {}, []],
    'source.tls': ['env:CA', [], 5],
    'source.tls.ca': ['-----BEGIN CERTIFICATE-----', null, 5],
    'source.tls.cert': ['/etc/cert.pem', {}],
    'source.tls.key': ['-----BEGIN KEY-----'],
    'source.tls.serverName': ['', 'a b', '-a', 5],
    'source.addressForPeer': ['old', 'redis://old:1', 'old:0', '::1:1', 5, {}],
    'target.ifNotEmpty': ['Wipe', '', null, true],
    method: ['REPLICATION', 'replicate', '', null, 5, ['replication']],
    filter: ['*', [], 5],
    'filter.match': ['*', null, {}, Array.from({ length: 1_001 }, () => '*')],
    'filter.exclude': ['*', 5],
    'filter.types': ['string', 5],
    'filter.databases': [0, '0'],
    rename: ['a', [], 5],
    'rename.databases': [[], 5, null],
    'rename.databases.a': [1],
    'rename.databases.0': ['1', -1, null],
    'rename.prefix': ['a', []],
    'rename.prefix.from': [undefined, null, 5, 'a\n'],
    'rename.prefix.to': [undefined, null, 5],
    onConflict: ['ignore', null, 5],
    rate: [null, 5, []],
    'rate.maxKeysPerSecond': [0, -1, 1.5, '5', Number.NaN, Number.POSITIVE_INFINITY, {}],
    'rate.maxBytesPerSecond': [0, -1, 1.5, '5 parsecs', Number.NaN, []],
    'rate.brake': ['yes', 1, null],
    migrate: [true, null, []],
    'migrate.move': ['true', 1, null],
    rdb: ['dump.rdb', null],
    'rdb.file': ['', 5, 'a\0b', 'x'.repeat(1_025)],
    verification: [true, null, []],
    'verification.mode': ['quick', null],
    'verification.sampleSize': [0, 1.5, '5', Number.NaN, null],
    'verification.minimumConsistency': [-0.1, 1.1, '1', Number.NaN, null],
    'verification.ttlTolerance': [5, '-1s', '366d', null],
    'verification.rounds': [0, 101, null],
    'verification.repair': ['no', null],
    'verification.staleAfter': [5, 'never', null],
    cutover: ['now', null, []],
    'cutover.mode': ['Manual', null],
    'cutover.fence': ['wall', null],
    'cutover.maxLagBytes': [-1, '1 parsec', Number.NaN, null],
    'cutover.drainTimeout': [5, '0ms', '2h', '5 s', null, { ms: 5 }],
    'cutover.notBefore': ['tomorrow', 5, '2026-02-30T00:00Z'],
    'cutover.notAfter': ['tomorrow', 5],
    'cutover.hooks': ['a', null, []],
    'cutover.hooks.prepare': ['', '/bin/sh', 'rm -rf', '.a', '-a', 'x'.repeat(65), 5, null, { command: ['a'] }],
    'cutover.hooks.switch': ['https://a', 5],
    'cutover.hooks.check': ['a\n'],
    'cutover.hooks.rollback': [['a']],
    observe: ['10m', null, []],
    'observe.duration': [10, '-1m', null],
    'observe.maxErrorRate': [2, -1, '1%', null],
    'observe.maxLatency': [3, '3', 'x', '0x', '0ms', '-3x', null],
    'observe.onRegression': ['panic', null],
    keepSourceFor: [24, '-1h', 'forever', null],
    sourceAfterwards: ['gone', null],
    accept: ['modules', null, {}, Array.from({ length: 101 }, () => 'modules')],
    dryRun: ['true', 1, null],
  };
  const rows = Object.entries(bad).flatMap(([path, values]) => values.map((value, index) => ({ path, value, index })));

  const baseOf = (path: string): object => {
    if (path.startsWith('source.tls')) return inputWith('source.url', 'rediss://old');
    return path.startsWith('rename.prefix.') ? inputWith('rename.prefix', { from: 'a', to: 'b' }) : minimal;
  };

  test.each(rows)('$path, wrong in way $index', ({ path, value }) => {
    const shown = path.replace(/\.(\d+)$/, '["$1"]');
    const { plan, problems } = readInput(inputWith(path, value, baseOf(path)), methods);
    expect(plan).toBeNull();
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${escaped(shown)}: (expected|must not be null)`))]);
  });

  test.each([
    ['filter.match', [5, ''], ['filter.match[0]', 'filter.match[1]']],
    ['filter.types', ['strin', 'hash', null], ['filter.types[0]', 'filter.types[2]']],
    ['filter.databases', [-1, 1.5, 0], ['filter.databases[0]', 'filter.databases[1]']],
    ['accept', ['modules', 'modulez', 5], ['accept[1]', 'accept[2]']],
  ])('an item of %s by its index', (path, value, paths) => {
    const { problems } = readInput(inputWith(path, value), methods);
    expect(problems.map(problem => problem.split(':')[0])).toEqual(paths);
  });
});

describe('null takes nothing away where nothing is the default', () => {
  test.each([
    'source.username',
    'source.password',
    'source.tls',
    'target.addressForPeer',
    'filter',
    'rename',
    'rate.maxKeysPerSecond',
    'rate.maxBytesPerSecond',
    'rdb.file',
    'cutover.notBefore',
    'cutover.notAfter',
  ])('%s', path => {
    expect(readInput(inputWith(path, null))).toStrictEqual({ plan: standard, problems: [] });
  });
});

test('undefined is as good as missing', () => {
  const input = { ...minimal, method: undefined, cutover: undefined, observe: { duration: undefined } };
  expect(readInput(input).plan).toStrictEqual(standard);
});

test('all problems come at once, in the order of the fields', () => {
  const input = {
    source: { url: 'redis://me:hunter2@old', pasword: 'hunter2' },
    target: {},
    method: 'redis-shake',
    accept: ['target-persistance'],
    cutover: { drainTimeout: 'soon', notBefore: '2026-01-02T00:00Z', notAfter: '2026-01-01T00:00Z' },
    dryRun: 'yes',
    speed: 'fast',
  };
  expect(readInput(input).problems).toEqual([
    'speed: unknown field',
    'source.pasword: unknown field; did you mean "password"?',
    'source.url: expected redis://host:port or rediss://host:port, but it carries credentials; ' +
      'give them as username and password, the password as a reference',
    'target.url: expected redis://host:port or rediss://host:port, but it is missing',
    'cutover.drainTimeout: expected a duration such as "500ms", "5s" or "24h", from 1ms to 1h, got "soon"',
    'accept[0]: expected the name of a check, got "target-persistance"; ' +
      'did you mean target-persistence or source-persistence or target-permissions?',
    'dryRun: expected true or false, got "yes"',
    'method: "redis-shake" is not available in this version; available: replication, live, dump-restore, migrate, rdb, or "auto"',
    'cutover.notAfter: must be later than cutover.notBefore',
  ]);
});

test.each([undefined, null, 'redis://old', 5, [], [minimal], () => minimal])('%s is no input', raw => {
  const { plan, problems } = readInput(raw);
  expect(plan).toBeNull();
  expect(problems).toEqual([expect.stringMatching(/^input: expected an object, got /)]);
});

test('the sign of -0 is lost, as it would be in JSON', () => {
  expect(readInput(inputWith('observe.maxErrorRate', -0)).plan?.observe.maxErrorRate).toBe(0);
  expect(readInput(inputWith('cutover.maxLagBytes', -0)).plan?.cutover.maxLagBytes).toBe(0);
});

test('a clear password is called one', () => {
  expect(readInput(inputWith('source.password', 'hunter2')).problems).toEqual([
    'source.password: expected a reference, env:NAME or file:PATH, which the worker resolves, ' +
      'got a clear password, which is refused',
  ]);
});

test('the name of a check that is like one is answered with that one', () => {
  expect(readInput(inputWith('accept', ['sentinal'])).problems[0]).toMatch(/"sentinal"; did you mean sentinel\?$/);
});

test('the name of a check that is like none is answered with all there are', () => {
  expect(readInput(inputWith('accept', ['everything'])).problems[0]).toMatch(
    /there are worker-connectivity, .*stream-commands$/,
  );
});
