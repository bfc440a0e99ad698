/** Linking: what a platform loads where, what a scenario adds, and how its entries are handed over. */
import type { AstNode } from 'langium';
import { type MemoryRange, type Platform, platforms } from '../../machine/index.ts';
import type { Types } from '../check/types.ts';
import { AssemblyError, type ImagePlace } from '../lower/context.ts';
import { type Assembly, assembleImage, type ImageOutput } from '../lower/image.ts';
import type { Start } from '../lower/start.ts';
import {
  type CoreRuns,
  type Expr,
  type Image,
  isCoreRuns,
  isFn,
  isImage,
  isMemoryRange,
  isPayload,
  type Load,
  type Payload,
  type Platform as PlatformNode,
  type Scenario,
} from '../syntax/generated/ast.ts';
import { checkPlaces, isLibrary, room } from './places.ts';
import { coreCount, effectiveLoads, type Loader, platformChain, replacement, type Tell } from './platform.ts';
import type { SourceRange } from './program.ts';

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
  /** Where reset begins: the image, and the `core 0 runs` of the platform that says so. */
  readonly boot: { readonly image: LinkedImage; readonly name: string };
}

type Problem = (error: AssemblyError) => void;

export function link(scenario: Scenario, types: Types, range: (node: AstNode) => SourceRange, problem: Problem): Linked | undefined {
  return new Linking(scenario, types, range, problem).link();
}

/** An image while its words wait for the places of all others. */
interface Waiting {
  readonly node: Image;
  readonly base: number;
  readonly size: number;
  readonly assembly: Assembly;
}

class Linking {
  private failed = false;
  /** Whether every image that is loaded has its place. */
  private complete = false;
  private readonly waiting: Waiting[] = [];
  /** Images to be assembled, and what asks for each. */
  private readonly wanted = new Map<Image, { readonly load?: Load; readonly by: AstNode }>();
  /** Next free address behind what was put into each payload area. */
  private readonly areas = new Map<Payload, number>();
  private readonly runs: readonly CoreRuns[];
  private chain: readonly PlatformNode[] = [];
  /** The platforms, base first, and the scenario, which has the last word. */
  private loaders: readonly Loader[] = [];
  private payloads: readonly Payload[] = [];
  private platform!: Platform;
  private cores = 1;

  constructor(
    private readonly scenario: Scenario,
    private readonly types: Types,
    private readonly range: (node: AstNode) => SourceRange,
    private readonly problem: Problem,
  ) {
    this.runs = scenario.members.filter(isCoreRuns);
  }

  private readonly tell: Tell = (code, message, node) => {
    this.failed = true;
    this.problem(new AssemblyError(code, message, node));
    return undefined;
  };

  link(): Linked | undefined {
    const { scenario, runs, tell } = this;
    const chain = platformChain(scenario, tell);
    if (!chain) return undefined;
    this.chain = chain;
    this.loaders = [...chain, scenario];
    const [root] = chain;
    const platform = platforms.find((p) => p.name === root.machine);
    if (!platform) {
      const known = platforms.map((p) => `\`${p.name}\``).join(', ');
      return tell('TFW402', `There is no machine \`${root.machine ?? ''}\`; there are ${known}.`, root);
    }
    this.platform = platform;
    const cores = coreCount(scenario, chain, runs, platform, tell);
    if (cores === undefined) return undefined;
    this.cores = cores;
    const members = chain.flatMap((node) => node.members);
    const memory = members.filter(isMemoryRange).map((m) => ({ name: m.name, from: this.number(m.from, m), to: this.number(m.to, m) }));
    this.payloads = members.filter(isPayload);

    for (const load of effectiveLoads(this.loaders, tell)) if (load.image.ref) this.wanted.set(load.image.ref, { load, by: load });
    for (const image of scenario.members.filter(isImage)) this.want(image, image);
    for (const run of runs) if (run.image.ref) this.want(run.image.ref, run);
    // Assembling an image may name others, which are then wanted too: a map's iteration comes to them.
    for (const [node, { load, by }] of this.wanted) this.assemble(node, load, by);
    this.complete = true;
    checkPlaces(this.waiting, memory, tell);

    const handovers = runs.flatMap((run) => this.handover(run));
    const boot = members.filter(isCoreRuns).find((run) => run.index === 0n);
    const bootImage = boot && this.find(replacement(boot.image.ref, this.loaders));
    if (!boot || !bootImage) return tell('TFW402', `Platform \`${root.name}\` does not say what core 0 runs at reset.`, boot ?? root);
    if (runs.length === 0) tell('TFW402', 'The scenario does not say what a core runs: add `core 0 runs image.function`.', scenario);
    if (this.failed) return undefined;

    const images = this.waiting.map(({ node, base, assembly }): LinkedImage => ({ ...assembly.finish(), node, base }));
    const linked = (node: Image | undefined) => images.find((image) => image.node === node) as LinkedImage;
    const replaced = bootImage.node !== boot.image.ref;
    const entry = replaced ? (bootImage.assembly.entryNamed(boot.entry.$refText) ?? 0) : bootImage.assembly.entryOf(boot);
    return {
      platform,
      cores,
      memory,
      images,
      handovers,
      reset: BigInt(bootImage.base + entry * 4),
      runs: runs.map((run) => ({ core: Number(run.index), image: linked(run.image.ref), runs: run })),
      boot: { image: linked(bootImage.node), name: boot.entry.$refText },
    };
  }

  private number(expression: Expr, node: AstNode): number {
    const value = this.types.constant(expression);
    if (value === undefined) this.tell('TFW205', 'An address must be a constant.', node);
    return Number(value ?? 0n);
  }

  private find(node: Image | undefined): Waiting | undefined {
    return this.waiting.find((image) => image.node === node);
  }

  private payloadOf(node: Image): Payload | undefined {
    return this.payloads.findLast((payload) => payload.state === node.state);
  }

  // ------------------------------------------------------------------ assembling and placing

  private want(node: Image, by: AstNode): void {
    if (!this.wanted.has(node)) this.wanted.set(node, { by });
  }

  private assemble(node: Image, load: Load | undefined, by: AstNode): void {
    const { architecture, name } = this.platform;
    const state = architecture.states.findIndex((s) => s.id === node.state);
    if (state < 0) {
      this.tell('TFW103', `There is no privilege state \`${node.state}\` on \`${name}\`.`, node);
      return;
    }
    const payload = load ? undefined : this.payloadOf(node);
    if (!load && !payload) {
      const states = this.payloads.map((p) => `\`${p.state}\``).join(', ') || 'none';
      const message = `Platform \`${this.chain[0].name}\` has no place for images that run in \`${node.state}\` (it has: ${states}).`;
      this.tell('TFW402', message, by);
      return;
    }
    const assembly = assembleImage(
      {
        node,
        architecture,
        state,
        types: this.types,
        cores: this.cores,
        starts: this.startsOf(node),
        library: isLibrary(node),
        range: this.range,
        placeOf: (image, at) => this.placeOf(image, at),
      },
      this.problem,
    );
    if (!assembly) {
      this.failed = true;
      return;
    }
    const { size } = assembly;
    const base = load ? this.number(load.address, load) : payload ? (this.areas.get(payload) ?? this.number(payload.address, payload)) : 0;
    if (payload) this.areas.set(payload, base + room(size));
    this.waiting.push({ node, base, size, assembly });
  }

  /** `guest.base`: where the image, or what replaces it, stands once all are placed. */
  private placeOf(image: Image, at: AstNode): ImagePlace {
    const node = replacement(image, this.loaders) ?? image;
    // Whoever asks later, such as a watch, has no more images loaded.
    if (this.complete && !this.find(node)) throw new AssemblyError('TFW402', `Image \`${image.name}\` is not loaded.`, at);
    this.want(node, at);
    const place = (): Waiting => this.find(node) as Waiting;
    return {
      base: () => BigInt(place().base),
      size: () => BigInt(place().size),
      entry: () => BigInt(place().base + place().assembly.first * 4),
    };
  }

  /** What needs generated entry code: functions that cores run, or `main` of an image that others start. */
  private startsOf(node: Image): Start[] {
    const runs = [...this.chain.flatMap((each) => each.members).filter(isCoreRuns), ...this.runs];
    return runs.flatMap((run) => {
      const fn = run.entry.ref;
      if (run.image.ref !== node || !fn || !isFn(fn)) return [];
      return [{ fn, node: run, ...(run.index === 0n && this.runs.includes(run) && { secondaries: this.secondaries(run) }) }];
    });
  }

  // ------------------------------------------------------------------ handing over

  private isSecondary(run: CoreRuns): boolean {
    return run.index !== 0n && run.image.ref !== undefined && this.payloadOf(run.image.ref)?.start !== undefined;
  }

  /** The cores that start code of core 0 has to turn on, by the function that the platform names for it. */
  private secondaries(run: CoreRuns): Start['secondaries'] {
    const by = run.image.ref && this.payloadOf(run.image.ref)?.start?.ref;
    if (!by || !isFn(by)) return undefined;
    const others = this.runs.filter((other) => this.isSecondary(other));
    return { by, cores: others.map((other) => ({ core: Number(other.index), entry: () => this.entryAddress(other) })) };
  }

  private entryAddress(run: CoreRuns): bigint {
    const image = this.find(run.image.ref);
    return image ? BigInt(image.base + image.assembly.entryOf(run) * 4) : 0n;
  }

  /** The word through which boot learns where a core goes. */
  private handover(run: CoreRuns): { pa: number; value: bigint }[] {
    const image = this.find(run.image.ref);
    const payload = image && this.payloadOf(image.node);
    // An image of the platform itself is where it is by the platform's own doing.
    if (!image || !payload || this.wanted.get(image.node)?.load) return [];
    if (!payload.image || !payload.slot) {
      const message = `Nothing hands a core over to images in \`${image.node.state}\` on this platform; a core runs what starts \`${image.node.name}\`.`;
      return this.tell('TFW402', message, run) ?? [];
    }
    if (this.isSecondary(run)) return this.turnedOn(run);
    const { image: receiver, slot } = payload;
    const holder = this.find(replacement(receiver?.ref, this.loaders));
    const offset = holder?.assembly.staticNamed(slot.$refText);
    if (holder === undefined || offset === undefined) {
      const message = `\`${receiver.$refText}.${slot.$refText}\` is not loaded, so nothing can hand over to \`${image.node.name}\`.`;
      return this.tell('TFW402', message, payload) ?? [];
    }
    return [{ pa: holder.base + offset + 8 * Number(run.index), value: this.entryAddress(run) }];
  }

  private turnedOn(run: CoreRuns): [] {
    const first = this.runs.find(({ index }) => index === 0n);
    const starts = first?.image.ref && isFn(first.entry.ref) && this.payloadOf(first.image.ref)?.start;
    if (!starts) {
      const message = `Core ${run.index} is turned on by generated start code of core 0, so core 0 has to run a function of the same state.`;
      this.tell('TFW402', message, run);
    }
    return [];
  }
}
