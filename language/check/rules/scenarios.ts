/** Scenarios, and the platform they run on: what each core runs, how others are turned on. */
import {
  type CoreRuns,
  isCoreRuns,
  isCores,
  isFn,
  isSeeds,
  type Payload,
  type Platform,
  type Scenario,
  type SeedRange,
} from '../../syntax/generated/ast.ts';
import type { Context, Rules } from '../context.ts';
import { isInteger } from '../type-of.ts';

/** More would make one scenario a test suite. */
export const MOST_SEEDS = 1000;

export const scenarioRules: Rules = {
  Scenario: [cores, running, seeds],
  SeedRange: [seedRange],
  Platform: [cores],
  Payload: [secondaries],
};

function cores({ members }: Scenario | Platform, { report }: Context): void {
  for (const again of members.filter(isCores).slice(1)) report.error('TFW402', again, 'the number of cores is already said');
}

/** A core runs one thing. */
function running({ members }: Scenario, { report }: Context): void {
  const known = new Map<bigint, CoreRuns>();
  for (const runs of members.filter(isCoreRuns)) {
    const before = known.get(runs.index);
    if (before) report.error('TFW402', runs, `core ${runs.index} runs \`${before.image.$refText}.${before.entry.$refText}\` already`);
    known.set(runs.index, runs);
  }
}

function secondaries({ start }: Payload, { types, report }: Context): void {
  const fn = start?.ref;
  if (!fn || !isFn(fn) || (fn.params.length === 2 && fn.params.every(({ type }) => isInteger(types.of(type))))) return;
  report.error('TFW202', fn, `\`${fn.name}\` has to take two numbers: the core to turn on, and the address where it starts`);
}

function seeds({ members }: Scenario, { report }: Context): void {
  const all = members.filter(isSeeds);
  for (const again of all.slice(1)) report.error('TFW102', again, 'the seeds are already listed; separate them by commas');
  const count = all.flatMap(({ ranges }) => ranges).reduce((sum, { from, to = from }) => sum + (to >= from ? to - from + 1n : 0n), 0n);
  if (count > BigInt(MOST_SEEDS)) report.error('TFW206', all[0], `a scenario is tested under ${MOST_SEEDS} seeds at most`);
}

/** Inclusive, and of the width that a schedule takes. */
function seedRange(node: SeedRange, { report }: Context): void {
  const { from, to = from } = node;
  if (from > to) report.error('TFW206', node, 'the range is empty: its first seed is above its last');
  if (from === 0n || to >> 32n !== 0n) report.error('TFW206', node, 'a seed is 1 to 0xffffffff');
}
