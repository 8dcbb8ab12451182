export interface Redactor {
  /** From now on this text is hidden, also URL-encoded and JSON-escaped. Texts of fewer than 4 characters are left. */
  add(secret: string): void;
  /** The text with `***` for every secret in it. */
  redact(text: string): string;
}

const shortest = 4;

/** Keeps the secrets that were resolved out of messages and of other programs' output. */
export const createRedactor = (): Redactor => {
  const forms = new Set<string>();
  return {
    add: secret => {
      if (secret.length >= shortest) for (const form of formsOf(secret)) forms.add(form);
    },
    redact: text => cover(text, findAll(text, forms)),
  };
};

/** As it is, in JSON, as a URL's parameter, its component and its password; with either case of hexadecimal digits. */
const formsOf = (secret: string): string[] => {
  const url = new URL('redis://host');
  url.password = secret;
  const encoded = [new URLSearchParams({ '': secret }).toString().slice(1), componentOf(secret), url.password];
  const lower = encoded.map(text => text.replace(/%[0-9A-F]{2}/g, digits => digits.toLowerCase()));
  return [secret, JSON.stringify(secret).slice(1, -1), ...encoded, ...lower];
};

/** `encodeURIComponent` throws where half of a pair stands alone. */
const componentOf = (text: string): string => encodeURIComponent(Buffer.from(text).toString());

type Span = readonly [start: number, end: number];

/** Also overlapping ones: hiding the first only would leave the rest of the second. */
const findAll = (text: string, forms: Iterable<string>): Span[] => {
  const spans: Span[] = [];
  for (const form of forms) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) spans.push([at, at + form.length]);
  }
  return spans.sort(([a], [b]) => a - b);
};

const cover = (text: string, spans: readonly Span[]): string => {
  let shown = '';
  let done = 0;
  for (const [start, end] of spans) {
    if (start >= done) shown += `${text.slice(done, start)}***`;
    done = Math.max(done, end);
  }
  return shown + text.slice(done);
};
