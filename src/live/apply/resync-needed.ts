/** Only a fresh snapshot of the source can tell what the target must hold now. */
export class ResyncNeeded extends Error {
  override readonly name = 'ResyncNeeded';

  /** @param why in words that a status shows */
  constructor(readonly why: string) {
    super(`a fresh snapshot is needed: ${why}`);
  }
}
