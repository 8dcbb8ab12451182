import type { Server } from './connect.js';
import { isUnknownCommand, replyError } from './failures.js';

/** CONFIG GET of some parameters; those that the server doesn't know are missing, all of them where it has no CONFIG. */
export async function readConfig(server: Server, ...names: string[]): Promise<Map<string, string>> {
  const replies = await server.pipeline(names.map(name => ['CONFIG', 'GET', name]));
  const values = new Map<string, string>();
  for (const reply of replies) {
    if (isUnknownCommand(reply)) continue;
    if (reply instanceof Error) throw replyError(server.endpoint, 'CONFIG GET', reply);
    const [name, value] = reply as [string?, string?];
    if (name !== undefined && value !== undefined) values.set(name, value);
  }
  return values;
}

export async function writeConfig(server: Server, name: string, value: string): Promise<void> {
  await server.call('CONFIG', 'SET', name, value);
}
