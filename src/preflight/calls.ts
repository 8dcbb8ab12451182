import type { Info } from '../server/info.js';

/** `config|get` is CONFIG. */
export const headOf = (name: string): string => (name.split('|')[0] as string).toUpperCase();

/** How often each command, by its name in capitals, was called since the statistics began. @param info with commandstats */
export function callsIn(info: Info): Map<string, number> {
  const calls = new Map<string, number>();
  for (const [field, value] of info) {
    if (!field.startsWith('cmdstat_')) continue;
    const name = headOf(field.slice('cmdstat_'.length));
    calls.set(name, (calls.get(name) ?? 0) + Number(/calls=(\d+)/.exec(value)?.[1] ?? 0));
  }
  return calls;
}
