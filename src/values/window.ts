import type { Reply } from '../resp/reply.js';

const goalBytes = 256 << 10;

/** How many elements to ask for at once: few at first, then as many as make a reply of about 256 KiB. */
export class Window {
  size: number;
  readonly #growth: number;
  readonly #most: number;

  /** @param growth by which it grows from one reply to the next at most */
  constructor({ first = 16, growth = 4, most = 1000 } = {}) {
    this.size = first;
    this.#growth = growth;
    this.#most = most;
  }

  learn(reply: Reply): void {
    const fitting = Math.floor((this.size * goalBytes) / Math.max(1, bytesOf(reply)));
    this.size = Math.max(1, Math.min(fitting, this.size * this.#growth, this.#most));
  }
}

function bytesOf(reply: Reply): number {
  if (Buffer.isBuffer(reply)) return reply.length;
  return Array.isArray(reply) ? reply.reduce<number>((sum, item) => sum + bytesOf(item), 0) : 8;
}
