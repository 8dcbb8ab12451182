/** What the server refused with, null if it didn't. A broken connection is no answer, and is thrown. */
export function refusalIn(reply: unknown): string | null {
  if (!(reply instanceof Error)) return null;
  if (reply.name !== 'ReplyError') throw reply;
  return reply.message;
}
