/** Scenarios, and the platform they run on: what each core runs, how others are turned on. */
import { type CoreRuns, isCoreRuns, isCores, isFn, type Payload, type Platform, type Scenario } from '../../syntax/generated/ast.ts';
import type { Context, Rules } from '../context.ts';
import { isInteger } from '../type-of.ts';

export const scenarioRules: Rules = { Scenario: [cores, running], Platform: [cores], Payload: [secondaries] };

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
