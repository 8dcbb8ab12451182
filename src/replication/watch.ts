import { isBraced } from '../cutover/config-file.js';
import { hasEpochs } from '../cutover/epoch.js';
import type { PromotedMarker } from '../cutover/marker.js';
import { parseMarker, promotedKey } from '../cutover/marker.js';
import { connect, type Server } from '../server/connect.js';
import type { Endpoint } from '../server/endpoint.js';
import { type Info, infoNumber, parseInfo, totalKeys } from '../server/info.js';
import type { Watched } from './guard.js';
import { strangerLogin } from './settings.js';
import { parseReplication } from './state.js';

const settingsAsked = [
  ['CONFIG', 'GET', 'masteruser'],
  ['CONFIG', 'GET', 'min-replicas-to-write'],
];

/** Keeps one read-only connection to a server, made anew when it breaks, and says what the server says. */
export class ServerWatch {
  private server: Server | null = null;
  /** Why the server could not be read last time. */
  trouble: unknown = null;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly mine: (marker: PromotedMarker) => boolean,
    /** Without them it never says `refuses` or `shutOut`. */
    private readonly settings: 'asked' | 'left-alone' = 'asked',
  ) {}

  /** Null when it can't be reached; tries again once when only the connection broke. */
  async look(timeoutMs = 1000): Promise<(Watched & { info: Info }) | null> {
    for (const fresh of [false, true]) {
      try {
        if (fresh || !this.server?.isOpen) this.server = await this.reconnect(timeoutMs);
        return await this.read(this.server);
      } catch (error) {
        this.trouble = error;
        this.close();
      }
    }
    return null;
  }

  /** Resolves when the connection breaks; null without one. */
  get lost(): Promise<void> | null {
    return this.server?.closed ?? null;
  }

  /** Whether the migration has taken this server; null when that can't be seen. */
  async isTaken(): Promise<boolean | null> {
    return this.server ? hasEpochs(this.server).catch(() => null) : null;
  }

  close(): void {
    this.server?.close();
    this.server = null;
  }

  private async reconnect(timeoutMs: number): Promise<Server> {
    this.close();
    return connect(this.endpoint, { name: 'redis-migration:watch', timeoutMs });
  }

  private async read(server: Server): Promise<Watched & { info: Info }> {
    const [info, marker, user, wanted] = await server.pipeline([
      ['INFO'],
      ['GET', promotedKey],
      ...(this.settings === 'asked' ? settingsAsked : []),
    ]);
    if (info instanceof Error) throw info;
    const fields = parseInfo(String(info));
    const found = parseMarker(marker);
    return {
      ...parseReplication(fields),
      keys: totalKeys(fields),
      loading: infoNumber(fields, 'loading') === 1,
      promoted: found !== null && this.mine(found),
      refuses: isBraced(wanted),
      shutOut: Array.isArray(user) && user[1] === strangerLogin.masteruser,
      info: fields,
    };
  }
}
