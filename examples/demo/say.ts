const bold = process.stdout.isTTY && !process.env.NO_COLOR;

export const say = (...lines: string[]): void =>
  void process.stdout.write(`${lines.map(line => `  ${line}`.trimEnd()).join('\n')}\n`);

export const title = (text: string): void =>
  void process.stdout.write(bold ? `\n\x1b[1m${text}\x1b[0m\n` : `\n${text}\n`);
