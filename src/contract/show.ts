const longest = 60;

/** What came, for a message: a short, escaped text that is safe in a terminal. Never for a field that may hold a secret. */
export const show = (value: unknown): string => {
  if (typeof value === 'string') return showText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return kindOf(value);
};

/** What came, for a field that may hold a secret: only its kind. */
export const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};

/** A name or text that others chose, quoted, escaped and cut. One that looks like an address with credentials is not shown. */
export const showText = (text: string): string => {
  if (text.includes('@') || text.includes('://')) return `a string of ${text.length} characters`;
  const escaped = JSON.stringify(text.slice(0, longest))
    .slice(1, -1)
    .replace(/[^\x20-\x7e]/g, unicodeEscape);
  const cut = text.length > longest || escaped.length > longest;
  return `"${escaped.slice(0, longest)}${cut ? '...' : ''}"`;
};

/** The path of a field below `parent`; a name that isn't plain stands in brackets. */
export const pathTo = (parent: string, name: string): string => {
  if (!/^[A-Za-z_][\w-]{0,39}$/.test(name)) return `${parent}[${showText(name)}]`;
  return parent ? `${parent}.${name}` : name;
};

const unicodeEscape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
