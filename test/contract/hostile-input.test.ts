import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyPatch } from '../../src/contract/apply-patch.js';
import { methods } from '../../src/contract/input.js';
import { readInput } from '../../src/contract/read-input.js';
import { readMessage } from '../../src/contract/read-message.js';
import { minimal } from './inputs.js';

const planted = 'hunter2';
/** The seed is fixed: what CI finds today it finds tomorrow. */
const runs = { numRuns: 1_000, seed: 20_260_131 };

/** Something that may stand where `good` should: good, nearly good, or anything at all. */
const perhaps = (...good: fc.Arbitrary<unknown>[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 30, arbitrary: fc.oneof(...good) },
    { weight: 1, arbitrary: fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true }) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, null, '', Number.NaN, Number.POSITIVE_INFINITY, -0, [], {}) },
  );

const orLeaking = (good: string[], leaking: string[]) =>
  perhaps(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...good) }, fc.constantFrom(...leaking)));

const secret = orLeaking(
  ['env:SOURCE_PASSWORD', 'file:/run/secrets/redis'],
  [planted, `env:${planted}!`, `file:\n${planted}`, `{"env":"${planted}"}`],
);
const urls = [
  ...[`redis://me:${planted}@old`, `redis://${planted}@`, `redis://old:${planted}`, `redis://old/${planted}`],
  ...[`redis://old?auth=${planted}`, `me:${planted}@old`, `redis://[${planted}`, `REDIS://:${planted}@[::1]`],
  ...[`${planted}@old`, `redis://old#${planted}`, `${planted}://old`, `redis://me:${planted}`, `redis:///${planted}`],
];
const duration = perhaps(fc.stringMatching(/^\d{1,3}(ms|s|m|h|d)$/));
const words = (...choices: string[]) => perhaps(fc.constantFrom(...choices));
const size = perhaps(fc.nat(), fc.stringMatching(/^\d{1,4}([kMG]i?B)?$/));
const time = perhaps(fc.stringMatching(/^202[0-9]-0[1-9]-[0-3][0-9]T[0-2][0-9]:00Z$/));

const section = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  perhaps(
    fc.record(fields, { requiredKeys: [] }),
    fc
      .tuple(fc.record(fields), fc.dictionary(fc.string(), fc.anything()))
      .map(([known, odd]) => ({ ...odd, ...known })),
  );

const server = (...good: string[]) =>
  perhaps(
    fc.record(
      {
        url: orLeaking(good, urls),
        username: orLeaking(['me'], [`me:${planted} `, `"${planted}"`]),
        password: secret,
        tls: section({ ca: secret, cert: secret, key: secret, serverName: orLeaking(['a.example'], [`${planted} `]) }),
        addressForPeer: orLeaking(['old:1'], [`:${planted}@old:1`, `old:${planted}`]),
      },
      { requiredKeys: ['url'] },
    ),
  );

const fields = {
  source: server('rediss://old', 'rediss://old:1', 'rediss://[::1]:2'),
  target: server('rediss://new', 'rediss://[::1]:3'),
  method: orLeaking(['auto', ...methods], [`redis://me:${planted}@old`]),
  filter: section({ match: perhaps(fc.array(fc.string())), databases: perhaps(fc.array(fc.integer())) }),
  rename: section({ databases: fc.dictionary(fc.string(), fc.anything()), prefix: fc.anything() }),
  onConflict: words('fail', 'replace', 'skip'),
  rate: section({ maxKeysPerSecond: perhaps(fc.integer()), maxBytesPerSecond: size, brake: perhaps(fc.boolean()) }),
  verification: section({ mode: words('full', 'keys'), sampleSize: perhaps(fc.integer()), ttlTolerance: duration }),
  cutover: section({
    fence: words('auto', 'park', 'acl'),
    maxLagBytes: size,
    drainTimeout: duration,
    notBefore: time,
    notAfter: time,
    hooks: section({ switch: orLeaking(['dns'], [`curl -u me:${planted} redis.example`]) }),
  }),
  observe: section({ duration, maxErrorRate: perhaps(fc.double()), maxLatency: duration }),
  keepSourceFor: duration,
  accept: perhaps(fc.array(words('modules', 'emptiness'))),
  dryRun: perhaps(fc.boolean()),
};
const names = Object.keys(fields) as (keyof typeof fields)[];

/** A sound input with up to five of its fields replaced, or all of them. */
const input = fc
  .tuple(fc.record(fields), fc.oneof(fc.subarray(names, { maxLength: 5 }), fc.constant(names)))
  .map(([all, chosen]) => ({ ...minimal, ...Object.fromEntries(chosen.map(name => [name, all[name]])) }));

describe('whatever comes', () => {
  test('there is a plan or a problem, and no secret in either kind of answer', () => {
    fc.assert(
      fc.property(input, fc.boolean(), (raw, all) => {
        const { plan, problems } = readInput(raw, all ? methods : undefined);
        expect(plan === null).toBe(problems.length > 0);
        expect(JSON.stringify({ plan, problems })).not.toContain(planted);
      }),
      runs,
    );
  });

  test('the grammar makes plans as well as problems', () => {
    const plans = fc.sample(input, runs).filter(raw => readInput(raw, methods).plan !== null);
    expect(plans.length).toBeGreaterThan(100);
    expect(plans.length).toBeLessThan(800);
  });

  test('a plan is plain JSON', () => {
    fc.assert(
      fc.property(input, raw => {
        const { plan } = readInput(raw, methods);
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      }),
      runs,
    );
  });

  test('a patch is taken or refused in full', () => {
    fc.assert(
      fc.property(input, patch => {
        const patched = applyPatch(minimal, patch);
        expect(patched.plan === null).toBe(patched.problems.length > 0);
        expect(JSON.stringify(patched.problems)).not.toContain(planted);
        expect(patched.plan?.target.port ?? 6380).toBe(6380);
        if (patched.plan) expect(readInput(patched.input).plan).toEqual(patched.plan);
      }),
      runs,
    );
  });

  test('a message is taken or refused', () => {
    const odd = fc.anything({ withNullPrototype: true, withBigInt: true });
    const known = fc.constantFrom('acceptLossBytes', 'patch', 'reason', 'maxKeysPerSecond');
    const argument = fc.oneof(odd, fc.dictionary(known, odd));
    fc.assert(
      fc.property(argument, raw => {
        for (const name of ['cutover', 'retry', 'abort', 'setRate'] as const) {
          const { message, problems } = readMessage(name, raw);
          expect(message === null).toBe(problems.length > 0);
        }
      }),
      runs,
    );
  });
});

describe('names of prototypes', () => {
  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])('%s is an unknown field', name => {
    const raw = JSON.parse(`{"source":{"url":"redis://old","${name}":{}},"target":{"url":"redis://new"},"${name}":{}}`);
    expect(readInput(raw).problems).toEqual([`${name}: unknown field`, `source.${name}: unknown field`]);
    expect(({} as { url?: unknown }).url).toBeUndefined();
  });

  test('what an object inherits is not read', () => {
    const raw = Object.create({ source: { url: 'redis://old' }, target: { url: 'redis://new' } });
    expect(readInput(raw).problems).toHaveLength(2);
  });

  test('__proto__ sets no fields of the input', () => {
    const raw = JSON.parse(
      '{"source":{"url":"redis://old"},"target":{"url":"redis://new"},"cutover":{"__proto__":{"mode":"auto"}}}',
    );
    expect(readInput(raw).problems).toEqual(['cutover.__proto__: unknown field']);
  });
});

describe('size', () => {
  const elapsed = (raw: unknown): number => {
    const started = performance.now();
    const { problems } = readInput(raw);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n').length).toBeLessThan(40_000);
    return performance.now() - started;
  };
  const huge = 'a'.repeat(20_000_000);
  const many = Array.from({ length: 200_000 }, (_, index) => `x${index}`);
  const { source, target } = minimal;

  test.each<[string, () => unknown]>([
    ['a huge url', () => ({ source: { url: `redis://${huge}` }, target })],
    ['a huge port', () => ({ source: { url: `redis://a:${huge}` }, target })],
    ['a huge password', () => ({ source: { ...source, password: `env:${huge}` }, target })],
    ['a huge user name', () => ({ source: { ...source, username: huge }, target })],
    ['a huge duration', () => ({ source, target, keepSourceFor: '1'.repeat(20_000_000) })],
    ['a huge size', () => ({ source, target, cutover: { maxLagBytes: '1'.repeat(20_000_000) } })],
    ['a huge choice', () => ({ source, target, method: huge })],
    ['a huge name', () => ({ source, target, [huge]: 1 })],
    ['a huge accept', () => ({ source, target, accept: [huge] })],
    ['many accepts', () => ({ source, target, accept: many })],
    ['as many accepts as may be', () => ({ source, target, accept: many.slice(0, 100) })],
    ['many names', () => ({ source, target, ...Object.fromEntries(many.map(name => [name, 1])) })],
    [
      'many databases',
      () => ({ source, target, rename: { databases: Object.fromEntries(many.map(name => [name, 1])) } }),
    ],
    ['a deep nest', () => ({ source, target, filter: JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`) })],
    ['a deep array', () => ({ source, target, accept: JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) })],
  ])('%s is refused quickly and in few words', (_, make) => {
    expect(elapsed(make())).toBeLessThan(2_000);
  });
});
