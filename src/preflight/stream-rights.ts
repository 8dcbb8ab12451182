import { lackOf } from '../live/stream/index.js';
import { readCommands, type ServerCommand } from '../server/command-list.js';
import type { Server } from '../server/connect.js';
import { anyKey, type NeededCommand } from './needed-commands.js';

/** What a stream of writes may have the target run, beside what every migration needs there; to be tried only. */
export async function streamRights(server: Server): Promise<NeededCommand[]> {
  const commands = await readCommands((...[name = '', ...words]) => server.call(name, ...words));
  return commands
    .filter(({ name, flags, renamed }) => !renamed && flags.has('write') && isSent(name))
    .map(command => ({
      rule: command.name.toLowerCase(),
      words: wordsFor(command),
      ...(command.flags.has('module') ? { without } : {}),
    }));
}

/** Not those that a stream never has as they are, nor those with subcommands that are to be named. */
const isSent = (name: string): boolean => !['unsent', null].includes(lackOf(name)) && name !== 'FUNCTION';

/** As many as it takes; a server looks at the number of words only, and at the rights to what are keys among them. */
const wordsFor = ({ name, arity }: ServerCommand): string[] => {
  if (name === 'XGROUP') return ['XGROUP', 'CREATE', anyKey, 'g', '$'];
  return [name, ...Array<string>(Math.max(1, Math.abs(arity)) - 1).fill(anyKey)];
};

/** They are in no category of commands, and few have keys for them. */
const without = 'the migration stops where the source uses it';
