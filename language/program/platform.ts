/** A platform as a scenario finds it: what it extends, what it loads after replacements, how many cores it has. */
import type { AstNode } from 'langium';
import type { Code } from '../diagnostics.ts';
import {
  type CoreRuns,
  type Image,
  isCores,
  isLoad,
  isPlatform,
  type Load,
  type Platform as PlatformNode,
  type Scenario,
} from '../syntax/generated/ast.ts';

/** A platform, or a scenario that changes it for itself. */
export type Loader = { readonly members: readonly AstNode[] };

export type Tell = (code: Code, message: string, node: AstNode) => undefined;

/** The platform and what it extends, base first. */
export function platformChain(scenario: Scenario, tell: Tell): PlatformNode[] | undefined {
  const chain: PlatformNode[] = [];
  for (let node = scenario.platform.ref; node && isPlatform(node); node = node.base?.ref) {
    if (chain.includes(node)) return tell('TFW402', `Platform \`${node.name}\` extends itself.`, node);
    chain.unshift(node);
  }
  return chain.length > 0 ? chain : undefined;
}

/** Loads after replacements. */
export function effectiveLoads(loaders: readonly Loader[], tell: Tell): Load[] {
  let loads: Load[] = [];
  for (const load of loaders.flatMap((node) => node.members.filter(isLoad))) {
    const replaced = load.replaces;
    if (replaced) {
      if (!loads.some((l) => l.image.ref === replaced.ref))
        tell('TFW402', `\`${replaced.$refText}\` is not loaded, so it cannot be replaced.`, load);
      loads = loads.filter((l) => l.image.ref !== replaced.ref);
    }
    loads.push(load);
  }
  return loads;
}

/** What stands in for an image of a base platform. */
export function replacement(image: Image | undefined, loaders: readonly Loader[]): Image | undefined {
  let current = image;
  for (const load of loaders.flatMap((node) => node.members.filter(isLoad))) {
    if (load.replaces && load.replaces.ref === current) current = load.image.ref;
  }
  return current;
}

/**
 * Cores of the machine: as many as the scenario says, else as it runs something on. `cores` of a platform is the most that
 * its firmware can do with; a platform that says nothing has one.
 */
export function coreCount(
  scenario: Scenario,
  chain: readonly PlatformNode[],
  runs: readonly CoreRuns[],
  machine: { readonly name: string; readonly maxCores: number },
  tell: Tell,
): number | undefined {
  const [root] = chain;
  const declared = chain.flatMap((node) => node.members.filter(isCores)).at(-1);
  const most = Number(declared?.count ?? 1n);
  if (most < 1 || most > machine.maxCores) {
    return tell('TFW402', `\`${machine.name}\` has 1 to ${machine.maxCores} cores.`, declared ?? root);
  }
  const offer = `Platform \`${chain.at(-1)?.name ?? root.name}\` has ${most === 1 ? 'only core 0' : `cores 0 to ${most - 1}`}`;
  const own = scenario.members.find(isCores);
  const highest = runs.reduce((max, run) => Math.max(max, Number(run.index)), 0);
  if (own && (own.count < 1n || own.count > BigInt(most))) return tell('TFW402', `${offer}, so not ${own.count} of them.`, own);
  const count = own ? Number(own.count) : highest + 1;
  const beyond = runs.find((run) => Number(run.index) >= (own ? count : most));
  if (beyond)
    return tell('TFW402', own ? `The scenario has ${count === 1 ? 'only core 0' : `cores 0 to ${count - 1}`}.` : `${offer}.`, beyond);
  return count;
}
