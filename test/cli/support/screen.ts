/** A terminal as far as the live view uses one: text, line feeds, the cursor up, clearing to the end. */
export class Screen {
  readonly isTTY = true;
  written = 0;
  scrolled = 0;
  cursorShown = true;
  private readonly cells: string[][] = [[]];
  private row = 0;
  private column = 0;

  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {}

  write(text: string): void {
    this.written += 1;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what this is about
    for (const [token] of text.matchAll(/\x1b\[\??\d*[A-Za-z]|./gsu)) this.obey(token);
  }

  get lines(): string[] {
    return this.cells.map(cells => cells.join('').trimEnd());
  }

  private obey(token: string): void {
    if (token === '\n') this.feed();
    else if (token === '\r') this.column = 0;
    else if (!token.startsWith('\x1b')) this.put(token);
    else if (token.endsWith('A')) this.row = Math.max(this.scrolled, this.row - Number(token.slice(2, -1)));
    else if (token.endsWith('K')) this.cells[this.row]?.splice(this.column);
    else if (token.endsWith('J')) this.clearBelow();
    else if (token.endsWith('h') || token.endsWith('l')) this.cursorShown = token.endsWith('h');
    else if (!token.endsWith('m'))
      throw new Error(`a control sequence that the view doesn't use: ${JSON.stringify(token)}`);
  }

  private put(character: string): void {
    if (this.column === this.columns) this.feed();
    const line = this.cells[this.row] ?? [];
    line[this.column] = character;
    this.column += 1;
  }

  private feed(): void {
    this.row += 1;
    this.column = 0;
    if (this.row === this.cells.length) this.cells.push([]);
    this.scrolled = Math.max(this.scrolled, this.row - this.rows + 1);
  }

  private clearBelow(): void {
    this.cells[this.row]?.splice(this.column);
    this.cells.splice(this.row + 1);
  }
}
