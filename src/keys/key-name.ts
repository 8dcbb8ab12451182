const longest = 120;
const escapes: Record<string, string> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
};

/** A key as people can read it, as redis-cli prints it: `"user:1\x00"`; at most 120 characters, then `...`. */
export function showKey(key: Buffer): string {
  let shown = '';
  for (const character of key.toString('latin1', 0, longest + 1)) {
    const next = printable(character);
    if (shown.length + next.length > longest) return `"${shown}"...`;
    shown += next;
  }
  return `"${shown}"`;
}

function printable(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 32 && code < 127 && !(character in escapes)) return character;
  return escapes[character] ?? `\\x${code.toString(16).padStart(2, '0')}`;
}
