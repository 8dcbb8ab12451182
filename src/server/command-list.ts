/** What a server says of one of its commands. https://redis.io/docs/latest/commands/command/ */
export interface ServerCommand {
  /** In capitals, as its makers call it. */
  name: string;
  /** Words that it takes, itself included; below 0: so many at least. */
  arity: number;
  flags: ReadonlySet<string>;
  /** It goes by another name there (`rename-command`), which nobody tells. One that was disabled is not listed at all. */
  renamed: boolean;
}

/** Every command of a server. @param ask sends a command, and throws where the server refuses it */
export async function readCommands(ask: (...words: string[]) => Promise<unknown>): Promise<ServerCommand[]> {
  const list = ((await ask('COMMAND')) as [unknown, unknown, unknown[]][]).map(([name, arity, flags]) => ({
    name: String(name).toUpperCase(),
    arity: Number(arity),
    flags: new Set(flags.map(String)),
  }));
  // The list has a renamed one by the name that it had; asked for by that, it is not known.
  const found = (await ask('COMMAND', 'INFO', ...list.map(({ name }) => name))) as unknown[];
  return list.map((command, index) => ({ ...command, renamed: found[index] === null }));
}
