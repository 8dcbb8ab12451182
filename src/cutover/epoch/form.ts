import type { Server } from '../../server/connect.js';
import type { Endpoint } from '../../server/endpoint.js';

/** How one server remembers which attempt has it, and keeps earlier ones from acting. */
export interface EpochForm {
  kind: 'users' | 'connections' | 'key';
  /** Asks for what lasts when the attempt's connections are gone. */
  ask: [string, ...string[]];
  /** The names of epochs in the answer. */
  namesIn(reply: unknown): string[];
  /** How the acting connection of this epoch logs in. */
  enter(admin: Server, name: string): Promise<Endpoint>;
  /** Undoes that, and nothing else. */
  leave(admin: Server, name: string): Promise<void>;
  /** After it, no earlier attempt can act, nor begin to. Their acting connections are cut already. */
  shutOut(connections: Connections, name: string): Promise<void>;
  /** Takes away what lasts. It may cut the acting connection. */
  clear(connections: Connections, name: string): Promise<void>;
}

export interface Connections {
  /** Acts; never reconnects, resends or queues. */
  critical: Server;
  /** Logged in as the configured user: looks, and keeps users. */
  admin: Server;
}
