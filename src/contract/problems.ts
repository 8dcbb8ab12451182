const most = 50;

/** Everything that is wrong with a value, by field path; the root's path is the empty string. */
export class Problems {
  private readonly found: { path: string; text: string }[] = [];

  add(path: string, text: string): void {
    this.found.push({ path, text });
  }

  /** Whether the value at this path was refused, by itself or with what it is in: then nothing more is concluded from it. */
  refused(path: string): boolean {
    return this.found.some(problem => `${path}.`.startsWith(problem.path && `${problem.path}.`));
  }

  /** One line a problem, bounded in number. */
  texts(): string[] {
    const lines = this.found.slice(0, most).map(({ path, text }) => `${path || 'input'}: ${text}`);
    const more = this.found.length - lines.length;
    return more > 0 ? [...lines, `and ${more} more`] : lines;
  }
}
