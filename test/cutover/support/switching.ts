import { readFileSync } from 'node:fs';
import { afterAll } from 'vitest';
import { braceFile } from '../../../src/cutover/config-file.js';
import type { Goal, Limits } from '../../../src/cutover/decide.js';
import { chooseFence } from '../../../src/cutover/fence/fence.js';
import { promotedKey } from '../../../src/cutover/marker.js';
import { reconcile } from '../../../src/cutover/reconcile.js';
import { replicaStandby } from '../../../src/cutover/standby/replica.js';
import type { SwitchEvents, SwitchRequest, SwitchResult } from '../../../src/cutover/switch.js';
import { connect } from '../../../src/server/connect.js';
import type { Endpoint } from '../../../src/server/endpoint.js';
import { type RedisOptions, type RedisServer, replicate, startRedis } from '../../lab/index.js';

export type Login = Pick<Endpoint, 'username' | 'password'>;
export type Side = 'source' | 'target';
export type FenceKind = 'park' | 'min-replicas';

export interface PairOptions {
  /** Of both servers. */
  servers?: RedisOptions;
  fence?: FenceKind;
  login?: Login;
  /** As `replicate` leaves the target. */
  targetBraced?: boolean;
}

export interface Ask {
  goal?: Goal;
  /** Which side takes the writes now. @default "source" */
  primary?: Side;
  limits?: Partial<Limits>;
  /** When Temporal scheduled it. @default later than all before */
  scheduledAt?: number;
  fence?: SwitchRequest['fence'];
}

/** As whom attempts log in, so that they have the one or the other form of epochs. */
export const forms: { form: 'users' | 'connections'; login: Login; servers: RedisOptions }[] = [
  { form: 'users', login: {}, servers: {} },
  {
    form: 'connections',
    login: { username: 'migrator', password: 'secret' },
    servers: { users: ['migrator on >secret ~* &* +@all -acl'] },
  },
];

/** What ends an attempt as the death of its worker would. */
export class Died extends Error {}

let clock = 1_700_000_000_000;

const loginField = { masteruser: 'username', masterauth: 'password' } as const;
const afresh = { 'min-replicas-to-write': '0', masteruser: '', masterauth: '' };

/** Two servers in sync, and attempts at a switch between them. */
export class Pair {
  private constructor(
    readonly source: RedisServer,
    readonly target: RedisServer,
    private readonly options: PairOptions,
  ) {}

  static async start(options: PairOptions = {}): Promise<Pair> {
    const [source, target] = await Promise.all([startRedis(options.servers), startRedis(options.servers)]);
    afterAll(() => Promise.all([source.discard(), target.discard()]));
    const pair = new Pair(source, target, options);
    await pair.write(30);
    if (options.targetBraced) await pair.brace();
    await replicate({ from: source, to: target });
    return pair;
  }

  private async brace(): Promise<void> {
    const target = await connect(this.endpoint('target'));
    await braceFile(target, { minReplicasToWrite: '0', minReplicasMaxLag: '10' });
    target.close();
  }

  /** Back to a source with a target in sync, whatever was before. */
  async renew(): Promise<void> {
    for (const server of [this.source, this.target]) {
      await server.cli('REPLICAOF', 'NO', 'ONE');
      await server.cli('CLIENT', 'UNPAUSE');
      for (const [name, value] of Object.entries(afresh)) await server.cli('CONFIG', 'SET', name, value);
    }
    await this.source.cli('DEL', promotedKey);
    await replicate({ from: this.source, to: this.target });
  }

  /** As the watch does, once it has judged the other. */
  async letFollow(side: Side): Promise<void> {
    for (const name of ['masteruser', 'masterauth'])
      await this[side].cli(
        'CONFIG',
        'SET',
        name,
        this.options.login?.[loginField[name as keyof typeof loginField]] ?? '',
      );
  }

  /** What the configuration file says that matters here. */
  file(side: Side) {
    const text = readFileSync(this[side].configPath as string, 'utf8');
    const of = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1];
    return { follows: of('replicaof') ?? null, minReplicas: of('min-replicas-to-write') ?? '0' };
  }

  async write(count: number, to = this.source): Promise<void> {
    const connection = await to.connect();
    const commands = Array.from({ length: count }, () => ['RPUSH', 'written', String(clock++)]);
    await connection.pipeline(commands);
    connection.close();
  }

  endpoint = (side: Side): Endpoint => ({
    side,
    host: this[side].host,
    port: this[side].port,
    ...(this.options.login ?? {}),
  });

  request({ goal = 'switch', primary = 'source', limits = {}, scheduledAt = ++clock, fence }: Ask = {}): SwitchRequest {
    const standby = primary === 'source' ? 'target' : 'source';
    const at = (side: Side) => ({ host: this[side].host, port: this[side].port });
    const original = { minReplicasToWrite: '0', minReplicasMaxLag: '10' };
    return {
      goal,
      workflowId: 'migration',
      epoch: { scheduledAt, attempt: 1 },
      primary: this.endpoint(primary),
      standby: this.endpoint(standby),
      standbyKind: replicaStandby,
      addresses: { primary: at(primary), standby: at(standby) },
      names: { primary: this[primary].address, standby: this[standby].address },
      limits: {
        ...{ drainTimeoutMs: 2000, maxLagBytes: 1_000_000, acceptLossBytes: null, lastPrimaryOffset: 0 },
        ...{ hasSwitchHook: true, ...limits },
      },
      fence: fence ?? chooseFence(this.options.fence ?? 'park', 70_000, original),
      conditions: { primary: original, standby: original },
      ...{ pingPeriod: '10', fenceForMs: 7000, connectTimeoutMs: 1000, staleAfterMs: 4000 },
    };
  }

  attempt(ask: Ask = {}, events: Partial<SwitchEvents> = {}): Promise<SwitchResult> {
    const signal = new AbortController().signal;
    return reconcile(this.request(ask), { switchHook: async () => {}, signal, ...events });
  }

  /** An attempt whose worker dies right after an act. */
  async dieAfter(act: string, ask: Ask = {}): Promise<void> {
    const died = this.attempt(ask, {
      onAct: record => {
        if (record.act === act) throw new Died(act);
      },
    });
    const ended = await died.catch(error => error);
    if (!(ended instanceof Died)) throw new Error(`it never came to ${act}: ${JSON.stringify(ended)}`);
  }

  /** An attempt that stops right after an act, until `thaw`; resolves when it has stopped. */
  async freezeAfter(act: string, ask: Ask = {}) {
    let thaw = () => {};
    const thawed = new Promise<void>(resolve => {
      thaw = resolve;
    });
    let outcome: Promise<SwitchResult | Error> = Promise.resolve(new Error('not begun'));
    await new Promise<void>((resolve, reject) => {
      const stop = async (name: string) => {
        if (name !== act) return;
        resolve();
        await thawed;
      };
      outcome = this.attempt(ask, { onAct: record => stop(record.act) }).catch(error => error);
      void outcome.then(ended => reject(new Error(`it never came to ${act}: ${JSON.stringify(ended)}`)));
    });
    const goOn = () => {
      thaw();
      return outcome;
    };
    return { thaw: goOn };
  }

  /** Of each side: role, whom it follows, whether it takes a write, and all that was written. */
  async look() {
    const [source, target] = await Promise.all([lookAt(this.source), lookAt(this.target)]);
    return { source, target };
  }
}

async function lookAt(server: RedisServer) {
  const { role, master_port: port, master_replid: id } = await server.info('replication');
  const connection = await server.connect();
  const writable = await connection.send('SET', 'probe', '1', 'PX', '1').then(
    () => true,
    () => false,
  );
  const setting = async (name: string) => (await server.cli('CONFIG', 'GET', name)).split('\n')[1];
  const [written, minReplicas, pingPeriod] = [
    await server.cli('LRANGE', 'written', '0', '-1'),
    await setting('min-replicas-to-write'),
    await setting('repl-ping-replica-period'),
  ];
  connection.close();
  return { role, port: port ?? null, id, writable, written, minReplicas, pingPeriod };
}
