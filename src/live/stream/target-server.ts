/** What the server that commands are translated for understands. */
export interface TargetServer {
  /** Names in its COMMAND list, in capitals. */
  readonly commands: ReadonlySet<string>;
  /** Redis version whose options its commands take, as 602 for 6.2: for Valkey, the `redis_version` of its INFO. */
  readonly level: number;
}

/** `6.2.14` is 602. */
export function levelOf(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 100 + minor;
}
