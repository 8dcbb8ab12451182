/**
 * Throws when one of the secrets stands in one of the texts: as it is, JSON-escaped, URL-encoded, in hex, or within
 * something that was encoded in base64 as a whole (a payload of Temporal's, say). Names the text and the encoding, and
 * never the secret itself.
 */
export function scanForSecrets(secrets: string[], texts: Record<string, string | Buffer>): void {
  const found: string[] = [];
  secrets.forEach((secret, index) => {
    if (secret.length < 6)
      throw new Error(`secret ${index} is too short to be looked for: give it 6 characters or more`);
    const spellings = spellingsOf(secret);
    for (const [name, text] of Object.entries(texts)) {
      const match = spellings.find(([, spelling]) => text.includes(spelling));
      if (match) found.push(`secret ${index} stands in ${name} (${match[0]})`);
    }
  });
  if (found.length > 0) throw new Error(found.join('\n'));
}

function spellingsOf(secret: string): Array<[encoding: string, spelling: string]> {
  const bytes = Buffer.from(secret);
  const cores = [0, 1, 2].map(before => base64Core(bytes, before));
  return [
    ['as it is', secret],
    ['JSON-escaped', JSON.stringify(secret).slice(1, -1)],
    ['URL-encoded', encodeURIComponent(secret)],
    ['hex', bytes.toString('hex')],
    ...cores.map((core): [string, string] => ['base64', core]),
    ...cores.map((core): [string, string] => ['base64url', core.replaceAll('+', '-').replaceAll('/', '_')]),
  ];
}

/** The characters of the base64 text that depend on the secret alone, when `before` bytes (mod 3) stand before it. */
function base64Core(secret: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), secret])
    .toString('base64')
    .replace(/=+$/, '');
  const complete = Math.floor(((before + secret.length) * 8) / 6);
  return text.slice(Math.ceil((before * 8) / 6), complete);
}
