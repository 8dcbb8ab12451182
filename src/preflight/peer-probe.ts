import type { Server } from '../server/connect.js';
import type { Endpoint } from '../server/endpoint.js';

/** What came of one server's attempt to reach the other. */
export type Answer = (typeof answers)[number][1] | 'copied' | 'stranger' | 'unclear';

/**
 * MIGRATE's errors, and what they prove. Matched and never shown: a server without the command answers with the words
 * that it was given, the password among them. https://redis.io/docs/latest/commands/migrate/
 */
const answers = [
  [/BUSYKEY/, 'right-server'],
  [/replied with error: (READONLY|OOM|MISCONF|NOREPLICAS|LOADING|MASTERDOWN)/, 'refuses-writes'],
  [/replied with error: NOPERM/, 'logged-in'],
  [/replied with error: .*(NOAUTH|WRONGPASS|AUTH|password)/, 'login-refused'],
  [/IOERR|Can't connect to target/, 'unreachable'],
  [/unknown command|NOPERM|may not run/, 'not-allowed'],
] as const;

export interface Question {
  from: Server;
  to: Endpoint;
  /** Where `from` finds `to`. */
  address: { host: string; port: number };
  marker: string;
  /** The server that is asked stands still as long as nobody answers, so this is kept short. */
  timeoutMs: number;
}

/** Has one server hand its marker key to the other, which has it already and so refuses it. */
export async function askToMigrate({ from, to, address, marker, timeoutMs }: Question): Promise<Answer> {
  const command = ['MIGRATE', address.host, address.port, marker, 0, timeoutMs, 'COPY', ...login(to)] as const;
  try {
    const reply = await from.call(...command);
    return reply === 'OK' ? 'copied' : 'unclear';
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return answers.find(([pattern]) => pattern.test(said))?.[1] ?? 'unclear';
  }
}

/** Only ever what the worker itself logged in with: to a wrong login, a server without passwords says nothing. */
function login({ username, password }: Endpoint): string[] {
  if (password === undefined) return [];
  return username === undefined ? ['AUTH', password] : ['AUTH2', username, password];
}

/** Null when the key is there, else the code of the refusal. Expires by itself, should the worker die. */
export async function placeMarker(server: Server, marker: string, lifetimeMs: number): Promise<string | null> {
  try {
    await server.call('SET', marker, '1', 'PX', lifetimeMs);
    return null;
  } catch (error) {
    return /\b(READONLY|OOM|MISCONF|NOREPLICAS|NOPERM|MASTERDOWN)\b/.exec(String(error))?.[1] ?? 'refused';
  }
}

export async function removeMarker(server: Server, marker: string): Promise<void> {
  // When the connection is gone the key expires by itself.
  await server.call('DEL', marker).catch(() => {});
}
