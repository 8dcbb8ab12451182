/** Up to three of the known names that the typed one may have meant, the nearest first. */
export const nearest = (typed: string, known: readonly string[]): string[] => {
  const name = typed.slice(0, 64).toLowerCase();
  const within = Math.max(1, Math.floor(name.length / 3));
  return known
    .map(candidate => ({ candidate, away: distance(name, candidate.toLowerCase()) }))
    .filter(({ away }) => away <= within)
    .sort((a, b) => a.away - b.away)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
};

/** `; did you mean "password"?`, or nothing. */
export const didYouMean = (typed: string, known: readonly string[]): string => {
  const [first] = nearest(typed, known);
  return first === undefined ? '' : `; did you mean "${first}"?`;
};

/** Levenshtein: how many letters to add, drop or change. */
const distance = (a: string, b: string): number => {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const changed = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      line.push(Math.min(changed, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[b.length] ?? 0;
};
