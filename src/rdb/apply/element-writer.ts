import { ByteBuilder } from '../../resp/bytes.js';
import { type Arg, appendBulk } from '../../resp/encode.js';
import type { Abilities } from '../../values/copy/abilities.js';
import { Piece } from '../../values/copy/piece.js';
import { shifted } from '../../values/expiry.js';
import type { Element } from '../decode/decoder.js';
import type { TypeName } from '../value-types.js';
import { StreamWriter } from './stream-writer.js';

/** What a command has at most, and a piece, which is one transaction: so that no server is kept busy for long. */
const mostBytes = 128 << 10;
const mostWords = 1000;
const mostPieceBytes = 256 << 10;
const mostPieceWords = 4000;

/** Turns the elements of a value into commands that make it in `key`, in pieces of bounded size. */
export class ElementWriter {
  /** Those that are full; after `end`, all. Whoever takes them may empty the list. */
  readonly pieces: Piece[] = [];
  /** What the target can't hold, in words. */
  readonly unheld = new Set<string>();
  readonly #words = new ByteBuilder();
  /** Of the words: what they are for, and how many there are. */
  #command = '';
  #count = 0;
  /** Commands that follow those of the words. */
  #after: Arg[][] = [];
  #piece = new Piece();
  #pieceWords = 0;
  #anyBytes = false;
  readonly #stream: StreamWriter;

  /** @param placeholders ids of pending entries of a stream, in order: some of them may have no entry any more */
  constructor(
    private readonly key: Buffer,
    private readonly type: TypeName,
    private readonly abilities: Abilities,
    placeholders: readonly string[] = [],
    private readonly expiryShiftMs = 0,
  ) {
    this.#stream = new StreamWriter(key, abilities, placeholders, (...words) => this.#add(...words));
    if (type === 'stream') this.#stream.begin();
  }

  add(element: Element): void {
    if (element.kind === 'bytes') this.#addBytes(element.bytes);
    else if (element.kind === 'item') this.#addWords(this.type === 'list' ? 'RPUSH' : 'SADD', element.bytes);
    else if (element.kind === 'score') this.#addWords('ZADD', scoreText(element.score), element.member);
    else if (element.kind === 'field') this.#addField(element);
    else this.#stream.add(element);
  }

  end(): void {
    if (this.type === 'stream') for (const what of this.#stream.end()) this.unheld.add(what);
    this.#flushWords();
    if (this.#piece.commands > 0) this.#flushPiece();
  }

  #addBytes(bytes: Buffer): void {
    for (let at = 0; at === 0 || at < bytes.length; at += mostBytes) {
      this.#add(this.#anyBytes ? 'APPEND' : 'SET', this.key, bytes.subarray(at, at + mostBytes));
      this.#anyBytes = true;
    }
  }

  #addField({ field, value, expireAt }: Element & { kind: 'field' }): void {
    this.#addWords('HSET', field, value);
    if (expireAt === null) return;
    if (this.abilities.fieldExpiry)
      this.#after.push([
        'HPEXPIREAT',
        this.key,
        shifted(expireAt, this.expiryShiftMs),
        'FIELDS',
        1,
        Buffer.from(field),
      ]);
    else this.unheld.add('the expiry of its fields');
  }

  /** Words of a command that takes many. */
  #addWords(command: string, ...words: (string | Buffer)[]): void {
    this.#command = command;
    this.#count += words.length;
    for (const word of words) appendBulk(this.#words, word);
    if (this.#count >= mostWords || this.#words.length >= mostBytes) this.#flushWords();
  }

  #flushWords(): void {
    if (this.#count === 0) return;
    this.#piece.begin(this.#count + 2, this.#command, this.key);
    this.#piece.bytes.append(this.#words.view());
    this.#words.clear();
    this.#pieceWords += this.#count;
    this.#count = 0;
    for (const words of this.#after.splice(0)) this.#piece.add(...words);
    this.#flushIfFull();
  }

  #add(...words: Arg[]): void {
    this.#piece.add(...words);
    this.#pieceWords += words.length;
    this.#flushIfFull();
  }

  #flushIfFull(): void {
    if (this.#piece.bytes.length >= mostPieceBytes || this.#pieceWords >= mostPieceWords) this.#flushPiece();
  }

  #flushPiece(): void {
    this.pieces.push(this.#piece);
    this.#piece = new Piece();
    this.#pieceWords = 0;
  }
}

/** As a server reads it back to the same double: as few digits as that takes. */
const scoreText = (score: number): string => {
  if (!Number.isFinite(score)) return score > 0 ? 'inf' : '-inf';
  return Object.is(score, -0) ? '-0' : String(score);
};
