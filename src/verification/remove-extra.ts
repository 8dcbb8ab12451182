import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';
import { onSource, typesOn } from './present.js';
import type { Session } from './session.js';
import { keyOf, type Suspect } from './suspects.js';

/**
 * Removes keys of the selected database of the target that are called as no selected key of the source is now: it is
 * asked again, since it may have come meanwhile.
 * @returns those that were removed
 */
export async function removeExtra(session: Session, extra: readonly Suspect[]): Promise<Suspect[]> {
  const { selection, target } = session;
  const names = extra.map(suspect => selection.targetKey(keyOf(suspect)));
  const owned = await onSource(
    session,
    names.map(name => selection.sourceKeys(name)),
  );
  const types = await typesOn(session, 'target', names);
  const doomed = extra.flatMap((suspect, index) => {
    const name = names[index] as Buffer;
    const concerns = selection.types?.has(types[index] ?? '') ?? true;
    return concerns && !owned.has(index) ? [{ suspect, name }] : [];
  });
  const replies = await target.pipeline(doomed.map(({ name }) => ['UNLINK', name]));
  for (const reply of replies) if (reply instanceof RespError) throw refused(target.endpoint, 'UNLINK', reply);
  return doomed.map(({ suspect }) => suspect);
}
