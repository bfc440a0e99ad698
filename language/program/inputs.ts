/** What a run is given besides its text: values of arguments, a seed, a schedule. */
import type { Schedule } from '../../machine/index.ts';
import { MOST_SEEDS } from '../check/rules/scenarios.ts';
import { closest } from '../check/suggest.ts';
import { bitsOf } from '../check/type-of.ts';
import type { Types } from '../check/types.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { type Arg, isArg, isSeeds, type Scenario } from '../syntax/generated/ast.ts';
import { documentation, rangeOf } from '../workspace/index.ts';
import type { ArgInfo, ProgramOptions } from './program.ts';

/** The seeds under which a test runs the scenario, in order; none if it says nothing. */
export function seedsOf(scenario: Scenario): readonly number[] {
  const seeds = new Set<number>();
  for (const { from, to = from } of scenario.members.filter(isSeeds).flatMap(({ ranges }) => ranges)) {
    for (let seed = Number(from); seed <= Number(to) && seeds.size < MOST_SEEDS; seed++) seeds.add(seed);
  }
  return [...seeds];
}

export function argsOf(scenario: Scenario, types: Types): readonly ArgInfo[] {
  return scenario.members.filter(isArg).map((arg) => ({
    name: arg.name,
    type: types.declared(arg),
    value: types.constant(arg.value) ?? 0n,
    range: rangeOf(arg),
    summary: documentation(arg),
  }));
}

/**
 * The seed of secrets and the schedule. A seed alone decides both; a schedule with a seed gives it to the secrets too. With
 * neither, a scenario with `seeds` runs under its first one, any other by turns.
 */
export function seeded(options: ProgramOptions, seeds: readonly number[]): { readonly seed: number; readonly schedule: Schedule } {
  const { schedule } = options;
  const seed = options.seed ?? (typeof schedule === 'object' ? schedule.seed : undefined) ?? seeds[0] ?? 1;
  const turns = options.seed === undefined && seeds.length === 0;
  return { seed, schedule: schedule ?? (turns ? 'roundRobin' : { seed }) };
}

/** Values given to arguments, by their declarations; what is wrong with others. */
export function givenArgs(
  scenario: Scenario,
  given: Readonly<Record<string, bigint>>,
  types: Types,
): { readonly values: ReadonlyMap<Arg, bigint>; readonly diagnostics: readonly Diagnostic[] } {
  const args = scenario.members.filter(isArg);
  const values = new Map<Arg, bigint>();
  const diagnostics: Diagnostic[] = [];
  for (const [name, value] of Object.entries(given)) {
    const arg = args.find((each) => each.name === name);
    if (!arg) {
      const names = args.map((each) => each.name);
      const near = closest(name, names);
      const known = names.length === 0 ? 'it has none' : `it has ${names.map((each) => `\`${each}\``).join(', ')}`;
      const message = `Scenario "${scenario.name}" has no argument \`${name}\`; ${near ? `did you mean \`${near}\`?` : `${known}.`}`;
      diagnostics.push({ code: 'TFW405', severity: 'error', message, range: { ...rangeOf(scenario), ...endOfHead(scenario) } });
      continue;
    }
    const bits = bitsOf(types.declared(arg));
    if (value < 0n || value >> BigInt(bits) !== 0n) {
      const message = `\`${name}\` cannot be ${value}, which does not fit ${bits === 1 ? 'one bit' : `${bits} bits`}.`;
      diagnostics.push({ code: 'TFW405', severity: 'error', message, range: rangeOf(arg) });
    }
    values.set(arg, value);
  }
  return { values, diagnostics };
}

/** The first line of a scenario: all of it would be too much to underline. */
function endOfHead(scenario: Scenario): { endLine: number; endColumn: number } {
  const { line, column } = rangeOf(scenario);
  return { endLine: line, endColumn: column + `scenario "${scenario.name}"`.length };
}
