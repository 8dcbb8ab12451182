import { RespConnection } from '../../src/resp/connection.js';
import { encodeCommands } from '../../src/resp/encode.js';
import { RespError } from '../../src/resp/reply.js';
import type { Endpoint } from '../../src/server/endpoint.js';
import type { VerificationOptions } from '../../src/verification/options.js';
import type { VerificationResult } from '../../src/verification/progress.js';
import { type VerificationHooks, verify } from '../../src/verification/verify.js';
import { type RedisOptions, type RedisServer, replicate, startRedis } from '../lab/index.js';

export type Command = readonly (string | number | Buffer)[];
type Side = 'source' | 'target';

/** A source and a target that know nothing of each other until `copy`. */
export class TwoServers {
  private constructor(
    readonly source: RedisServer,
    readonly target: RedisServer,
  ) {}

  static async start(options: { source?: RedisOptions; target?: RedisOptions } = {}): Promise<TwoServers> {
    const [source, target] = await Promise.all([
      startRedis({ persistence: 'none', ...options.source }),
      startRedis({ persistence: 'none', ...options.target }),
    ]);
    return new TwoServers(source, target);
  }

  endpoint(side: Side, login: Partial<Endpoint> = {}): Endpoint {
    const { host, port } = this[side];
    return { side, host, port, ...login };
  }

  open(side: Side): Promise<RespConnection> {
    return RespConnection.open(this.endpoint(side));
  }

  /** Runs commands on one side; an error reply is thrown. */
  async run(side: Side, ...commands: Command[]): Promise<void> {
    const connection = await this.open(side);
    try {
      const replies = await connection.raw(encodeCommands(commands.map(words => [...words])), commands.length);
      for (const reply of replies) if (reply instanceof RespError) throw reply;
    } finally {
      connection.close();
    }
  }

  async both(...commands: Command[]): Promise<void> {
    await Promise.all([this.run('source', ...commands), this.run('target', ...commands)]);
  }

  /** Makes the target a replica with everything the source has; with `detach` it goes its own way from then on. */
  async copy({ detach = false }: { detach?: boolean } = {}): Promise<void> {
    await replicate({ from: this.source, to: this.target });
    if (detach) await this.target.cli('REPLICAOF', 'NO', 'ONE');
  }

  verify(options: VerificationOptions = {}, hooks: VerificationHooks = {}): Promise<VerificationResult> {
    return verify(this.endpoint('source'), this.endpoint('target'), options, hooks);
  }

  async clear(): Promise<void> {
    await this.target.cli('REPLICAOF', 'NO', 'ONE');
    await this.both(['FLUSHALL']);
  }

  async stop(): Promise<void> {
    await Promise.all([this.source.discard(), this.target.discard()]);
  }
}

export const counts = ({ compared, different, missing, extra, unsettled }: VerificationResult) => {
  return { compared, different, missing, extra, unsettled };
};

/** What `counts` gives when all is equal. */
export const allEqual = (compared: number) => ({ compared, different: 0, missing: 0, extra: 0, unsettled: 0 });

export const perSecond = (maxKeysPerSecond: number) => ({ maxKeysPerSecond, maxBytesPerSecond: null });
