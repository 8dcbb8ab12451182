const start = /(?:npm run -s redis-migration --|(?<![\w-])redis-migration) (?=[a-z])/g;

/** Every command line of ours that a text tells its reader to type: to the closing quote, else to the end of the line. */
export function commandsIn(text: string): string[] {
  return [...text.matchAll(start)].map(({ 0: whole, index }) => {
    const quote = /['`]/.exec(text[index - 1] ?? '')?.[0];
    const rest = text.slice(index + whole.length);
    const [words = ''] = quote === undefined ? rest.split(/`|\n| {2,}/, 1) : rest.split(quote, 1);
    return words.replace(/\s+/g, ' ').trim();
  });
}

/** As a shell would take it apart, with what a person fills in filled in. */
export function wordsOf(command: string, file: string): string[] {
  return shellWords(command).map(word =>
    word
      .replace(/\$\{[^}]*\}|^ID$/, 'm1')
      .replace(/^(INPUT|migration)\.json$/, file)
      .replace(/^N$/, '4096')
      .replace(/^COMMAND$/, 'status'),
  );
}

/** Without quotes inside of quotes, which no page has. */
export const shellWords = (command: string): string[] =>
  (command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map(word => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
