import { type CutoverAct, cutoverActs, struckCutover } from '../test/faults/scenarios/crash.js';
import type { Fault } from '../test/faults/support/faults.js';
import { Place } from '../test/faults/support/place.js';
import { benchmark, type Measured } from './benchmark.js';
import { summary } from './summary.js';

const settings = { rounds: 1 };

export const faults = benchmark({
  describes: 'how long writers wait when the worker is killed or stopped after an act of the cutover; two others run',
  settings,
  run,
});

/** The longest wait of one writer, in ms. */
interface Waits {
  fault: Fault;
  act: CutoverAct;
  cutoverMs: number;
  rollbackMs: number;
}

const kinds = ['kill', 'stop'] as const;

async function run({ rounds }: typeof settings, progress: (line: string) => void): Promise<Measured> {
  const place = await Place.open();
  try {
    const all: Waits[] = [];
    for (let round = 0; round < rounds; round++)
      for (const fault of kinds)
        for (const act of cutoverActs) {
          all.push(await measure(place, fault, act));
          progress(`round ${round + 1}/${rounds}: ${JSON.stringify(all.at(-1))}`);
        }
    return {
      figures: { ...Object.fromEntries(kinds.map(kind => [kind, figuresOf(all, kind)])), each: all },
      ratios: {},
    };
  } finally {
    await place.close();
  }
}

async function measure(place: Place, fault: Fault, act: CutoverAct): Promise<Waits> {
  const strike = { act, fault };
  const waits = await struckCutover(place, { forward: strike, back: strike });
  await place.replaceDead();
  return { fault, act, cutoverMs: waits.forwardMs ?? Number.NaN, rollbackMs: waits.backMs ?? Number.NaN };
}

function figuresOf(all: readonly Waits[], kind: Fault) {
  const some = all.filter(({ fault }) => fault === kind);
  return { cutoverMs: summary(some.map(it => it.cutoverMs)), rollbackMs: summary(some.map(it => it.rollbackMs)) };
}
