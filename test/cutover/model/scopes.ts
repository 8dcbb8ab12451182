import type { Scope } from './scope.js';
import { target } from './state.js';

const cutOver = { goal: 'switch' } as const;
const withdraw = { goal: 'withdraw' } as const;
const rollBack = { goal: 'switch', primary: target } as const;
const withConsent = { goal: 'switch', acceptLoss: 5 } as const;
const atOnce = { takesAtOnce: true } as const;

/** What each `npm test` goes through as a whole. */
export const scopes: Scope[] = [
  { name: 'a cutover under writes', attempts: [cutOver], budget: { writes: 2, pings: 1, drops: 1 } },
  {
    name: 'a cutover while either server crashes twice',
    attempts: [cutOver],
    budget: { writes: 1, crashes: 2 },
    rules: { ...atOnce, persistence: ['rdb', 'rdb'] },
  },
  {
    name: 'a cutover to what was a replica before, while either server crashes twice',
    attempts: [cutOver],
    budget: { writes: 1, crashes: 2 },
    targetFollowed: true,
    rules: atOnce,
  },
  {
    name: 'an abort after a FLUSHALL',
    attempts: [cutOver, withdraw],
    budget: { writes: 1, flushes: 1 },
    rules: atOnce,
  },
  {
    name: 'refusals, and promotions without a mark',
    attempts: [cutOver, withdraw],
    budget: { writes: 1, unmarked: 1, refusals: 1 },
    rules: atOnce,
  },
  {
    name: 'consent, and a source that the retry can not reach',
    attempts: [cutOver, withConsent],
    budget: { writes: 1, partitions: 1 },
    rules: atOnce,
  },
  {
    name: 'a rollback after an attempt that was stopped, and the clean-up',
    attempts: [cutOver, rollBack],
    budget: { writes: 2, drops: 1, cleanUps: 1 },
    rules: { ...atOnce, hasSwitchHook: true },
  },
  {
    name: 'names of connections: an abort that begins anywhere, and a worker that dies',
    attempts: [cutOver, withdraw],
    budget: { deaths: 1 },
    rules: { form: 'connections', anyOrder: true },
  },
];

/** Minutes: for the soak. */
export const largeScopes: Scope[] = [
  { name: 'a retry, stopped anywhere', attempts: [cutOver, cutOver], budget: { writes: 1, drops: 1 } },
  { name: 'an abort, stopped anywhere', attempts: [cutOver, withdraw], budget: { writes: 2, drops: 1 } },
  {
    name: 'names of connections: a retry, and a worker that dies',
    attempts: [cutOver, cutOver],
    budget: { writes: 1, deaths: 1 },
    rules: { form: 'connections', anyOrder: true },
  },
  { name: 'three attempts', attempts: [cutOver, cutOver, withdraw], budget: { writes: 1 }, rules: atOnce },
  {
    name: 'an attempt that begins after the abort and its clean-up',
    attempts: [cutOver, withdraw],
    budget: { writes: 1, cleanUps: 1 },
    rules: { anyOrder: true },
  },
  {
    name: 'a rollback after two attempts, one of them stopped',
    attempts: [cutOver, cutOver, rollBack],
    budget: { writes: 1, cleanUps: 1 },
    rules: atOnce,
  },
  ...(['aof', 'rdb', 'none'] as const).flatMap((kept): Scope[] => [
    {
      name: `a retry and a crash, ${kept}`,
      attempts: [cutOver, cutOver],
      budget: { writes: 1, crashes: 1 },
      rules: { ...atOnce, persistence: [kept, kept] },
    },
    {
      name: `an abort and a crash, ${kept}`,
      attempts: [cutOver, withdraw],
      budget: { writes: 1, crashes: 1 },
      rules: { ...atOnce, persistence: [kept, kept] },
    },
  ]),
  {
    name: 'a save and two crashes, rdb',
    attempts: [cutOver],
    budget: { writes: 1, crashes: 2, saves: 1 },
    rules: { ...atOnce, persistence: ['rdb', 'rdb'] },
  },
  ...(['aof', 'rdb'] as const).map(
    (kept): Scope => ({
      name: `a retry and a crash of what was a replica before, ${kept}`,
      attempts: [cutOver, cutOver],
      budget: { writes: 1, crashes: 1 },
      targetFollowed: true,
      rules: { ...atOnce, persistence: [kept, kept] },
    }),
  ),
  {
    name: 'an abort and a crash, without configuration files',
    attempts: [cutOver, withdraw],
    budget: { writes: 1, crashes: 1 },
    configFile: false,
    rules: atOnce,
  },
  {
    name: 'consent, a partition and a crash',
    attempts: [cutOver, withConsent],
    budget: { writes: 1, partitions: 1, crashes: 1 },
    rules: atOnce,
  },
];
