/** Linking: what a platform loads where, what a scenario adds, and how its entries are handed over. */
import { type AstNode, AstUtils } from 'langium';
import { type MemoryRange, type Platform, platforms } from '../../machine/index.ts';
import type { Types } from '../check/types.ts';
import type { Code } from '../diagnostics.ts';
import { AssemblyError } from '../lower/context.ts';
import { assembleImage, type ImageOutput } from '../lower/image.ts';
import {
  type CoreRuns,
  type Image,
  isCoreRuns,
  isCores,
  isEntry,
  isImage,
  isLoad,
  isMemoryRange,
  isPayload,
  isPlatform,
  type Load,
  type Payload,
  type Platform as PlatformNode,
  type Scenario,
} from '../syntax/generated/ast.ts';
import type { SourceRange } from './program.ts';

const PAGE = 4096;

export interface LinkedImage extends ImageOutput {
  readonly node: Image;
  /** Physical address of its first byte. */
  readonly base: number;
}

export interface Linked {
  readonly platform: Platform;
  readonly cores: number;
  readonly memory: readonly MemoryRange[];
  readonly images: readonly LinkedImage[];
  /** Words that a loader puts into memory besides the images: entries handed over to firmware. */
  readonly handovers: readonly { readonly pa: number; readonly value: bigint }[];
  readonly reset: bigint;
  /** What each core runs in the scenario: word index of the first statement. */
  readonly runs: readonly { readonly core: number; readonly image: LinkedImage; readonly runs: CoreRuns }[];
}

type Problem = (error: AssemblyError) => void;

export function link(scenario: Scenario, types: Types, range: (node: AstNode) => SourceRange, problem: Problem): Linked | undefined {
  const chain = platformChain(scenario, problem);
  if (!chain) return undefined;
  let failed = false;
  const report = (code: Code, message: string, node: AstNode): undefined => {
    failed = true;
    problem(new AssemblyError(code, message, node));
    return undefined;
  };
  const number = (node: AstNode & { address?: unknown }, expression: Parameters<Types['constant']>[0]): number => {
    const value = types.constant(expression);
    if (value === undefined) report('TFW205', 'An address must be a constant.', node);
    return Number(value ?? 0n);
  };
  const members = chain.flatMap((node) => node.members);
  const root = chain[0];
  const platform = platforms.find((p) => p.name === root.machine);
  if (!platform) {
    const known = platforms.map((p) => `\`${p.name}\``).join(', ');
    return report('TFW402', `There is no machine \`${root.machine ?? ''}\`; there are ${known}.`, root);
  }
  const { architecture } = platform;
  const cores = Number(members.filter(isCores).at(-1)?.count ?? 1n);
  if (cores < 1 || cores > platform.maxCores) {
    return report('TFW402', `\`${platform.name}\` has 1 to ${platform.maxCores} cores.`, members.find(isCores) ?? root);
  }
  const memory = members.filter(isMemoryRange).map((m) => ({ name: m.name, from: number(m, m.from), to: number(m, m.to) }));

  const loads = effectiveLoads(chain, report);
  const payloads = members.filter(isPayload);
  const runs = scenario.members.filter(isCoreRuns);
  const added = scenarioImages(scenario, runs, loads);
  const starts = [...members.filter(isCoreRuns), ...runs];

  const assemble = (node: Image): ImageOutput | undefined => {
    const state = architecture.states.findIndex((s) => s.id === node.state);
    if (state < 0) return report('TFW103', `There is no privilege state \`${node.state}\` on \`${platform.name}\`.`, node);
    const library = AstUtils.getDocument(node).uri.scheme === 'worldstep-lib';
    const own = starts.filter((s) => s.image.ref === node && !isEntry(s.entry.ref));
    const output = assembleImage({ node, architecture, state, types, cores, starts: own, library, range }, problem);
    if (!output) failed = true;
    return output;
  };
  const images: LinkedImage[] = [];
  for (const load of loads) {
    const output = load.image.ref && assemble(load.image.ref);
    if (output && load.image.ref) images.push({ ...output, node: load.image.ref, base: number(load, load.address) });
  }
  const areas = new Map<Payload, number>();
  for (const node of added) {
    const payload = payloads.findLast((p) => p.state === node.state);
    if (!payload) {
      const states = payloads.map((p) => `\`${p.state}\``).join(', ') || 'none';
      report('TFW402', `Platform \`${root.name}\` has no place for images that run in \`${node.state}\` (it has: ${states}).`, node);
      continue;
    }
    const output = assemble(node);
    if (!output) continue;
    const base = areas.get(payload) ?? number(payload, payload.address);
    images.push({ ...output, node, base });
    areas.set(payload, base + Math.ceil(output.image.size / PAGE) * PAGE);
  }
  checkPlaces(images, memory, report);

  const find = (node: Image | undefined): LinkedImage | undefined => images.find((i) => i.node === node);
  const handovers: { pa: number; value: bigint }[] = [];
  for (const run of runs) {
    const image = find(run.image.ref);
    const payload = image && payloads.findLast((p) => p.state === image.node.state);
    if (!image || !payload?.image || !payload.slot) continue;
    const { image: receiver, slot } = payload;
    const holder = find(replacement(receiver.ref, chain));
    const offset = holder?.image.statics.find((s) => s.name === slot.$refText)?.offset;
    const index = Number(run.index);
    if (holder === undefined || offset === undefined) {
      report(
        'TFW402',
        `\`${receiver.$refText}.${slot.$refText}\` is not loaded, so nothing can hand over to \`${image.image.name}\`.`,
        payload,
      );
      continue;
    }
    if (index >= cores) {
      report('TFW402', `Platform \`${root.name}\` has ${cores === 1 ? 'only core 0' : `cores 0 to ${cores - 1}`}.`, run);
      continue;
    }
    handovers.push({ pa: holder.base + offset + 8 * index, value: BigInt(image.base + image.entryOf(run) * 4) });
  }
  const boot = members.filter(isCoreRuns).find((run) => run.index === 0n);
  const bootImage = boot && find(replacement(boot.image.ref, chain));
  if (!boot || !bootImage) return report('TFW402', `Platform \`${root.name}\` does not say what core 0 runs at reset.`, boot ?? root);
  if (runs.length === 0) report('TFW402', 'The scenario does not say what a core runs: add `core 0 runs image.function`.', scenario);
  if (failed) return undefined;
  const bootEntry = bootImage.node === boot.image.ref ? bootImage.entryOf(boot) : entryByName(bootImage, boot);
  return {
    platform,
    cores,
    memory,
    images,
    handovers,
    reset: BigInt(bootImage.base + bootEntry * 4),
    runs: runs.flatMap((run) => {
      const image = find(run.image.ref);
      return image ? [{ core: Number(run.index), image, runs: run }] : [];
    }),
  };
}

/** The platform and what it extends, base first. */
function platformChain(scenario: Scenario, problem: Problem): PlatformNode[] | undefined {
  const chain: PlatformNode[] = [];
  for (let node = scenario.platform.ref; node && isPlatform(node); node = node.base?.ref) {
    if (chain.includes(node)) {
      problem(new AssemblyError('TFW402', `Platform \`${node.name}\` extends itself.`, node));
      return undefined;
    }
    chain.unshift(node);
  }
  return chain.length > 0 ? chain : undefined;
}

/** Loads after replacements. */
function effectiveLoads(chain: readonly PlatformNode[], report: (code: Code, message: string, node: AstNode) => void): Load[] {
  let loads: Load[] = [];
  for (const load of chain.flatMap((node) => node.members.filter(isLoad))) {
    const replaced = load.replaces;
    if (replaced) {
      if (!loads.some((l) => l.image.ref === replaced.ref))
        report('TFW402', `\`${replaced.$refText}\` is not loaded, so it cannot be replaced.`, load);
      loads = loads.filter((l) => l.image.ref !== replaced.ref);
    }
    loads.push(load);
  }
  return loads;
}

/** What stands in for an image of a base platform. */
function replacement(image: Image | undefined, chain: readonly PlatformNode[]): Image | undefined {
  let current = image;
  for (const load of chain.flatMap((node) => node.members.filter(isLoad))) {
    if (load.replaces && load.replaces.ref === current) current = load.image.ref;
  }
  return current;
}

function entryByName(image: LinkedImage, run: CoreRuns): number {
  return image.image.functions.find((fn) => fn.name === run.entry.$refText)?.from ?? 0;
}

/** Images of the scenario itself, then those of modules that it runs and the platform does not load. */
function scenarioImages(scenario: Scenario, runs: readonly CoreRuns[], loads: readonly Load[]): Image[] {
  const images = scenario.members.filter(isImage);
  for (const run of runs) {
    const image = run.image.ref;
    if (image && !images.includes(image) && !loads.some((load) => load.image.ref === image)) images.push(image);
  }
  const loaded = new Set(loads.map((load) => load.image.ref));
  return images.filter((image) => !loaded.has(image));
}

function checkPlaces(
  images: readonly LinkedImage[],
  memory: readonly MemoryRange[],
  report: (code: Code, message: string, node: AstNode) => void,
): void {
  const hex = (value: number): string => `0x${value.toString(16)}`;
  for (const [i, { image, base, node }] of images.entries()) {
    const end = base + image.size;
    if (base % PAGE !== 0) report('TFW401', `Image \`${image.name}\` is loaded at ${hex(base)}, which is no multiple of 4 KiB.`, node);
    if (!memory.some((m) => base >= m.from && end <= m.to)) {
      const ranges = memory.map((m) => `${m.name} ${hex(m.from)} to ${hex(m.to)}`).join(', ') || 'none';
      report('TFW401', `Image \`${image.name}\` (${hex(base)} to ${hex(end)}) does not lie in memory; there is ${ranges}.`, node);
    }
    for (const other of images.slice(0, i)) {
      if (base < other.base + other.image.size && other.base < end) {
        report('TFW401', `Images \`${other.image.name}\` and \`${image.name}\` overlap at ${hex(Math.max(base, other.base))}.`, node);
      }
    }
  }
}
