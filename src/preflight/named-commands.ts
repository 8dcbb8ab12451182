import { counted } from './check.js';

const mostNamed = 25;

/** Commands, to be named with what is known of them. */
export class NamedCommands {
  constructor(
    private readonly names: readonly string[],
    private readonly renamed: ReadonlySet<string>,
    private readonly calls: ReadonlyMap<string, number>,
  ) {}

  get any(): boolean {
    return this.names.length > 0;
  }

  /** Whether the source was asked for one of them. */
  get used(): NamedCommands {
    return this.where(name => (this.calls.get(name) ?? 0) > 0);
  }

  where(accepts: (name: string) => boolean): NamedCommands {
    return new NamedCommands(this.names.filter(accepts), this.renamed, this.calls);
  }

  only(names: readonly string[]): NamedCommands {
    return this.where(name => names.includes(name));
  }

  /** The most used ones first: `LPUSH (renamed, called 12 times)`. */
  toString(): string {
    const callsOf = (name: string): number => this.calls.get(name) ?? 0;
    const inOrder = this.names.toSorted((a, b) => callsOf(b) - callsOf(a) || a.localeCompare(b));
    const shown = inOrder.slice(0, mostNamed).map(name => {
      const calls = callsOf(name);
      const facts = [this.renamed.has(name) ? 'renamed' : '', calls > 0 ? `called ${counted(calls, 'time')}` : ''];
      const text = facts.filter(fact => fact !== '').join(', ');
      return text === '' ? name : `${name} (${text})`;
    });
    return shown.join(', ') + (this.names.length > mostNamed ? ` and ${this.names.length - mostNamed} more` : '');
  }
}
