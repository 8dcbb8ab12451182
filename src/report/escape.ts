/**
 * Texts of others (key names, client names, error messages) as Markdown that shows them and obeys nothing in them: no
 * table, link, HTML, heading or formula comes out of it, in GitHub, the Temporal UI or a terminal.
 */
export function prose(text: string, longest = 500): string {
  return cut(text, longest)
    .split(/\s+/)
    .filter(word => word !== '')
    .map(word => (looksLikeLink(word) ? code(word) : escapeWord(word)))
    .join(' ')
    .replace(/^(?=[#+=-])/, '\\')
    .replace(/^(\d+)(?=[.)])/, '$1\\');
}

/** A name or value as it is, in a code span. What could end the span or a table's cell stands as `\x60`. */
export function code(text: string, longest = 200): string {
  const shown = cut(text, longest)
    .replace(/[`|<$]/g, hex)
    .replace(invisible, unicode);
  return shown.trim() === '' ? (text === '' ? '(empty)' : '(blank)') : `\`${shown}\``;
}

/** Control, format and bidirectional characters, line separators, halves of surrogate pairs. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Readers make links of these by themselves, even when they are escaped; not in code. */
const looksLikeLink = (word: string): boolean => /:\/\/|www\.|@|mailto:|xmpp:/i.test(word);

const escapeWord = (word: string): string =>
  word
    .replace(/[\\`|*[\]~$]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(invisible, unicode);

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}

const hex = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

const unicode = (character: string): string => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
