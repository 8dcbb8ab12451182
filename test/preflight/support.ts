import { afterAll } from 'vitest';
import type { CheckResult } from '../../src/contract/checks.js';
import type { MigrationInput } from '../../src/contract/input.js';
import { readInput } from '../../src/contract/read-input.js';
import { spoolConfiguration } from '../../src/live/spool/from-environment.js';
import type { CheckContext } from '../../src/preflight/check.js';
import { readContext } from '../../src/preflight/context.js';
import { connect, type Server } from '../../src/server/connect.js';
import { type RedisOptions, type RedisServer, startRedis } from '../lab/redis.js';

const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Closed with the file. */
export function closeLater(close: () => unknown): void {
  closers.push(close);
}

export async function start(options: RedisOptions = {}): Promise<RedisServer> {
  const server = await startRedis(options);
  closeLater(() => server.discard());
  return server;
}

export const startPair = (source: RedisOptions = {}, target: RedisOptions = {}) =>
  Promise.all([start(source), start(target)]);

export interface Login {
  username?: string;
  password?: string;
}

export interface ContextOptions {
  input?: Omit<Partial<MigrationInput>, 'source' | 'target'>;
  source?: Partial<MigrationInput['source']>;
  target?: Partial<MigrationInput['target']>;
  sourceLogin?: Login;
  targetLogin?: Login;
  live?: CheckContext['live'];
  baseline?: CheckContext['baseline'];
}

/** Two connections as the worker makes them, and the plan of the input. */
export async function contextOf(
  source: RedisServer,
  target: RedisServer,
  options: ContextOptions = {},
): Promise<CheckContext> {
  const { plan, problems } = readInput({
    source: { url: source.url, ...options.source },
    target: { url: target.url, ...options.target },
    ...options.input,
  });
  if (!plan) throw new Error(problems.join('\n'));
  const [from, to] = await Promise.all([
    login(source, 'source', options.sourceLogin),
    login(target, 'target', options.targetLogin),
  ]);
  return readContext(plan, from, to, options.live ?? spoolConfiguration({}), options.baseline ?? null);
}

async function login(redis: RedisServer, side: 'source' | 'target', options: Login = {}): Promise<Server> {
  const password = options.password ?? redis.password;
  const tls = redis.tls && { ca: String(redis.tls.ca) };
  const server = await connect({
    side,
    host: redis.host,
    port: redis.port,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls } : {}),
  });
  closeLater(() => server.close());
  return server;
}

/** Runs with other settings, and puts them back. */
export async function withSettings<T>(
  server: RedisServer,
  settings: Record<string, string>,
  run: () => Promise<T>,
): Promise<T> {
  const before = await Promise.all(
    Object.keys(settings).map(async name => [name, (await server.cli('CONFIG', 'GET', name)).split('\n')[1] ?? '']),
  );
  for (const [name, value] of Object.entries(settings)) await server.cli('CONFIG', 'SET', name, value);
  try {
    return await run();
  } finally {
    for (const [name = '', value = ''] of before) await server.cli('CONFIG', 'SET', name, value);
  }
}

/** The server with other answers to some commands, where no real one of that kind is at hand. */
export const saying = (server: Server, answers: Record<string, unknown>): Server => ({
  ...server,
  endpoint: server.endpoint,
  closed: server.closed,
  isOpen: true,
  call: async (command, ...args) => {
    const key = [command, ...args].join(' ');
    return key in answers ? answers[key] : server.call(command, ...args);
  },
});

/** What a server of another version or state would say in INFO. */
export const informed = (context: CheckContext, side: 'source' | 'target', fields: Record<string, string>) => ({
  ...context,
  [`${side}Info`]: new Map([...context[`${side}Info`], ...Object.entries(fields)]),
});

/** `target failure (final)`, ... */
export const brief = (results: readonly CheckResult[]): string[] =>
  results.map(({ side, outcome, final }) => `${side} ${outcome}${final ? ' (final)' : ''}`);

export const texts = (results: readonly CheckResult[]): string =>
  results.map(({ message, remedy }) => `${message} | ${remedy}`).join('\n');
