/** The source can't be brought to where the target is any more, without copying everything back. */
export class WayBackLost extends Error {
  override readonly name = 'WayBackLost';
}
