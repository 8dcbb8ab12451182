import type { Arg } from '../resp/encode.js';
import type { Expected } from '../resp/expected.js';
import type { Reply } from '../resp/reply.js';
import type { Asker } from './pair.js';

/** Asks a server on which one key has another name: whoever asks goes on calling it by the name that it knows. */
export class RenamedAsker implements Asker {
  /** @param known that very Buffer is taken for the name, not whatever equals it */
  constructor(
    private readonly asker: Asker,
    private readonly known: Buffer,
    private readonly there: Buffer,
  ) {}

  command(...args: Arg[]): Promise<Reply> {
    return this.asker.command(...this.#renamed(args));
  }

  pipeline(commands: readonly (readonly Arg[])[]): Promise<Reply[]> {
    return this.asker.pipeline(commands.map(args => this.#renamed(args)));
  }

  receive<Result>(args: readonly Arg[], expected: Expected<Result>): Promise<Result> {
    return this.asker.receive(this.#renamed(args), expected);
  }

  #renamed(args: readonly Arg[]): Arg[] {
    return args.map(arg => (arg === this.known ? this.there : arg));
  }
}
