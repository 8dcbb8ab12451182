/** Control, formatting and bidirectional characters, lone surrogates and line separators: what could steer a terminal. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const mark = /\p{M}/u;
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** Text that others chose, made safe to print: `\u{1b}` instead of an escape character. */
export const escapeText = (text: string): string =>
  text.replace(unsafe, character => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** The same for text of several lines. */
export const escapeLines = (text: string): string => text.split(/\r?\n/).map(escapeTabs).join('\n');

/** Every string within, escaped: so that nothing drawn from the value can forget it. */
export const escapeAll = <T>(value: T): T => {
  if (typeof value === 'string') return escapeText(value) as T;
  if (Array.isArray(value)) return value.map(escapeAll) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escapeAll(inner)])) as T;
};

/** Columns of a terminal. */
export const widthOf = (text: string): number => {
  let width = 0;
  for (const character of text) width += widthOfCharacter(character);
  return width;
};

/** At most so many columns; what was cut ends in an ellipsis. */
export const cut = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text;
  return width < 1 ? '' : `${head(text, width - 1)}…`;
};

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** Broken at spaces into lines of at most so many columns; a longer word is broken anywhere. */
export const wrap = (text: string, width: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap(part => pieces(part, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) > width) lines.push(line);
    line = widthOf(longer) > width ? word : longer;
  }
  return [...lines, line];
};

const pieces = (word: string, width: number): string[] => {
  const found: string[] = [];
  let rest = word;
  while (widthOf(rest) > width) {
    const piece = head(rest, Math.max(2, width));
    found.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...found, rest];
};

const head = (text: string, width: number): string => {
  let kept = '';
  let columns = 0;
  for (const character of text) {
    columns += widthOfCharacter(character);
    if (columns > width) break;
    kept += character;
  }
  return kept;
};

const widthOfCharacter = (character: string): number => {
  if (character < '\u0300') return 1;
  if (mark.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
};

const escapeTabs = (line: string): string => line.split('\t').map(escapeText).join('\t');
