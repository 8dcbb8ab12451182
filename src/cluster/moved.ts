import type { NodeLayout } from './layout.js';
import { type Range, SlotSet } from './slot-set.js';
import { slotCount } from './topology.js';

/** One node to be scanned, for these slots only. */
export interface Rescan {
  node: string;
  slots: Range[];
}

/**
 * Where keys must be looked for that a scan of all primaries may have missed, because their slot moved meanwhile: from
 * a primary not yet scanned there to one already scanned. What stays where it is, is given by the scan of its primary;
 * so only slots are of concern that
 * - another primary serves now than before: it is scanned for them;
 * - are on their way, before or now: first the one that they leave is scanned, and when that is done, the one where they
 *   arrive. A key moves by one step, so what is no longer on the first by then is on the second;
 * - the same primary serves, but with another epoch although it has got no slot: it was replaced meanwhile, or gave a
 *   slot away and got it back, and which one isn't known.
 * When the rescans are done it is asked again, from the layout at their beginning: until nothing moved meanwhile.
 * @param before when the scan began
 * @param ordered the scan before was one of these: what is on its way just as it was then has been found
 * @returns to be done one after the other; those of one step side by side
 */
export function rescansFor(before: readonly NodeLayout[], now: readonly NodeLayout[], ordered: boolean): Rescan[][] {
  const old = ownersIn(before);
  const owners = ownersIn(now);
  const unsettled = slotsOnTheirWay(before, now, ordered);
  const gained = new Set(
    now.filter(({ id }, n) => owners.some((owner, slot) => owner === n && before[old[slot] ?? -1]?.id !== id)),
  );
  const moved = (slot: number): boolean => {
    const [was, is] = [before[old[slot] ?? -1], now[owners[slot] ?? -1]];
    if (unsettled.has(slot) || was?.node !== is?.node) return true;
    return was?.epoch !== is?.epoch && !(is && gained.has(is));
  };
  const first = new Map<string, SlotSet>();
  const second = new Map<string, SlotSet>();
  for (let slot = 0; slot < slotCount; slot++) {
    const owner = now[owners[slot] ?? -1];
    if (owner && moved(slot)) add(first, owner.node, slot);
  }
  for (const { node, arriving } of now) for (const slot of arriving) if (unsettled.has(slot)) add(second, node, slot);
  return [first, second]
    .filter(step => step.size > 0)
    .map(step => [...step].map(([node, set]) => ({ node, slots: set.ranges })));
}

function slotsOnTheirWay(before: readonly NodeLayout[], now: readonly NodeLayout[], ordered: boolean): SlotSet {
  const text = (layout: readonly NodeLayout[], slot: number): string =>
    layout.map(({ node, leaving, arriving }) => `${node}${leaving.includes(slot)}${arriving.includes(slot)}`).join();
  const moving = new SlotSet();
  for (const { leaving, arriving } of [...before, ...now])
    for (const slot of [...leaving, ...arriving])
      if (!ordered || text(before, slot) !== text(now, slot)) moving.add(slot);
  return moving;
}

/** By slot: the index of the node that serves it. */
function ownersIn(layout: readonly NodeLayout[]): (number | undefined)[] {
  const owners = new Array<number | undefined>(slotCount).fill(undefined);
  for (const [index, { slots }] of layout.entries()) for (const [from, to] of slots) owners.fill(index, from, to + 1);
  return owners;
}

function add(sets: Map<string, SlotSet>, node: string, slot: number): void {
  const set = sets.get(node) ?? new SlotSet();
  set.add(slot);
  sets.set(node, set);
}
