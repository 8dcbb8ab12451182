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
  const shown = Array.from(key.subarray(0, longest).toString('latin1'), printable).join('');
  return shown.length > longest || key.length > longest ? `"${shown.slice(0, longest)}"...` : `"${shown}"`;
}

function printable(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 32 && code < 127 && !(character in escapes)) return character;
  return escapes[character] ?? `\\x${code.toString(16).padStart(2, '0')}`;
}
