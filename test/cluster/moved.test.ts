import { expect, test } from 'vitest';
import { type NodeLayout, type Range, type Rescan, rescansFor } from '../../src/cluster/index.js';

const node = (name: string, epoch: number, ...slots: Range[]): NodeLayout => ({
  node: name,
  id: `id of ${name}`,
  epoch,
  slots,
  leaving: [],
  arriving: [],
});
const a = node('a', 1, [0, 5000]);
const b = node('b', 2, [5001, 10_000]);
const c = node('c', 3, [10_001, 16_383]);
const before = [a, b, c];
const on = (name: string, ...slots: Range[]): Rescan => ({ node: name, slots });

interface Row {
  what: string;
  now: NodeLayout[];
  /** @default the usual one */
  before?: NodeLayout[];
  ordered?: boolean;
  steps: Rescan[][];
}

test.each<Row>([
  { what: 'nothing moved', now: before, steps: [] },
  {
    what: 'slots have gone to another primary, which has a new epoch by that',
    now: [node('a', 1, [0, 4000]), node('b', 4, [4001, 10_000]), c],
    steps: [[on('b', [4001, 5000])]],
  },
  {
    what: 'slots have gone to a new primary',
    now: [node('a', 1, [1000, 5000]), b, c, node('d', 4, [0, 999])],
    steps: [[on('d', [0, 999])]],
  },
  {
    what: 'a replica has taken over',
    now: [node('a2', 4, [0, 5000]), b, c],
    steps: [[on('a2', [0, 5000])]],
  },
  {
    what: 'a primary has all of its slots, and another epoch: some may have been away',
    now: [node('a', 5, [0, 5000]), b, c],
    steps: [[on('a', [0, 5000])]],
  },
  {
    what: 'a slot is on its way: first where it leaves, then where it arrives',
    now: [{ ...a, leaving: [7] }, { ...b, arriving: [7] }, c],
    steps: [[on('a', [7, 7])], [on('b', [7, 7])]],
  },
  {
    what: 'a slot was on its way, and went back',
    before: [{ ...a, leaving: [7] }, { ...b, arriving: [7] }, c],
    now: before,
    steps: [[on('a', [7, 7])]],
  },
  {
    what: 'a slot is on its way as it was, and has not been scanned in that order',
    before: [{ ...a, leaving: [7] }, { ...b, arriving: [7] }, c],
    now: [{ ...a, leaving: [7] }, { ...b, arriving: [7] }, c],
    steps: [[on('a', [7, 7])], [on('b', [7, 7])]],
  },
  {
    what: 'a slot is on its way as it was, and has been scanned in that order',
    before: [{ ...a, leaving: [7] }, { ...b, arriving: [7] }, c],
    now: [{ ...a, leaving: [7] }, { ...b, arriving: [7] }, c],
    ordered: true,
    steps: [],
  },
  {
    what: 'a slot has arrived since it was scanned in that order',
    before: [{ ...a, leaving: [7] }, { ...b, arriving: [7] }, c],
    now: [node('a', 1, [0, 6], [8, 5000]), node('b', 4, [7, 7], [5001, 10_000]), c],
    ordered: true,
    steps: [[on('b', [7, 7])]],
  },
])('$what', ({ before: earlier = before, now, ordered = false, steps }) => {
  expect(rescansFor(earlier, now, ordered)).toEqual(steps);
});
