import type { Reply } from '../resp/reply.js';

const goalBytes = 256 << 10;
const mostElements = 1000;

/** How many elements to ask for at once: few at first, then as many as make a reply of about 256 KiB, at most 1000. */
export class Window {
  size = 16;

  learn(reply: Reply): void {
    const fitting = Math.floor((this.size * goalBytes) / Math.max(1, bytesOf(reply)));
    this.size = Math.max(1, Math.min(fitting, this.size * 4, mostElements));
  }
}

function bytesOf(reply: Reply): number {
  if (Buffer.isBuffer(reply)) return reply.length;
  return Array.isArray(reply) ? reply.reduce<number>((sum, item) => sum + bytesOf(item), 0) : 8;
}
