import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';
import type { Session } from './session.js';

/** What TYPE answers for keys of the selected database; `none` where there is no such key, or no such database. */
export async function typesOn(
  session: Session,
  side: 'source' | 'target',
  keys: readonly Buffer[],
): Promise<readonly string[]> {
  if (session.absent === side) return keys.map(() => 'none');
  const connection = session[side];
  const replies = await connection.pipeline(keys.map(key => ['TYPE', key]));
  for (const reply of replies) if (reply instanceof RespError) throw refused(connection.endpoint, 'TYPE', reply);
  return replies.map(String);
}

/** @returns the indexes of the groups of which the source has any key, in a selected type */
export async function onSource(session: Session, groups: readonly (readonly Buffer[])[]): Promise<Set<number>> {
  const asked = groups.flatMap((keys, index) => keys.map(key => ({ key, index })));
  const types = await typesOn(
    session,
    'source',
    asked.map(({ key }) => key),
  );
  const selected = (type: string): boolean => type !== 'none' && (session.selection.types?.has(type) ?? true);
  return new Set(asked.filter((_, at) => selected(types[at] ?? '')).map(({ index }) => index));
}
