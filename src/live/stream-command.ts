/**
 * One command of a replication stream, where its words stand. One object is used again and again: valid until the next
 * command is read.
 */
export interface StreamCommand {
  /** In capitals. */
  readonly name: string;
  /** Number of words, the name included. */
  readonly words: number;
  /** Where all words are. */
  readonly bytes: Buffer;
  /**
   * False: it is too big to be held. Words of its that were let go have no place (`from[i]` is not 0 or more), and what
   * stands between `start` and `end` is not the command.
   */
  readonly whole: boolean;
  /** Word i is `bytes[from[i] .. to[i])`. */
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  /** Where the command begins and ends in `bytes`, as it came: `*<n>\r\n...`. */
  readonly start: number;
  readonly end: number;
  /** The replication offset of its last byte. */
  readonly endOffset: number;
  /** Unix ms: when its last byte came from the source. */
  readonly arrivedAt: number;
  /** The source's database that is selected when it runs. */
  readonly db: number;
}
