/** One user as ACL LIST shows it, in a form that is alike for all versions. */
export interface AclUser {
  name: string;
  on: boolean;
  /** Takes any password, and none. */
  open: boolean;
  /** SHA-256, never to be shown. */
  hashes: string[];
  keys: string[];
  channels: string[];
  /** Commands and selectors, in their order, which counts. */
  rules: string[];
}

/**
 * `user app on sanitize-payload #5e88... ~app:* resetchannels &news -@all +@read (+set ~tmp:*)`
 * https://redis.io/docs/latest/commands/acl-list/
 */
export function parseAclUser(line: string): AclUser {
  const [, name = '', ...words] = tokens(line).map(word => synonyms.get(word) ?? word);
  const starting = (...marks: string[]) => words.filter(word => marks.some(mark => word.startsWith(mark)));
  const channels = starting('&');
  return {
    name,
    on: words.includes('on'),
    open: words.includes('nopass'),
    hashes: starting('#').sort(),
    keys: starting('~', '%').sort(),
    // Redis 6.0 has no channel rules: every user may use them all.
    channels: channels.length > 0 || words.includes('resetchannels') ? channels.sort() : ['&*'],
    rules: starting('+', '-', '('),
  };
}

const synonyms: ReadonlyMap<string, string> = new Map([
  ['allkeys', '~*'],
  ['allchannels', '&*'],
  ['allcommands', '+@all'],
  ['nocommands', '-@all'],
]);

/** Words at spaces; a selector in brackets is one. */
const tokens = (line: string): string[] => line.match(/\([^)]*\)|[^\s]+/g) ?? [];
