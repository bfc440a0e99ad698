/**
 * Images: the functions that one image needs, laid out as code words, vector table and statics.
 *
 *     first byte   code: entries first, so that the load address is where the first entry begins; an image without one that
 *                  no core runs, but others start, begins with start code for its `main`
 *     2 KiB        vector table, if there are vectors: one branch in each slot that is used
 *     page         statics, on pages without code
 */
import type { AstNode } from 'langium';
import type { Architecture } from '../../machine/index.ts';
import { membersOfImage } from '../check/parts.ts';
import type { SpaceName, TfwType, Types } from '../check/types.ts';
import type { AssembledImage, FunctionInfo, SourceRange, VariableInfo, WordInfo } from '../program/program.ts';
import { type CoreRuns, type Fn, type Image, isEntry, isFn, isStatic, isVector, isWindow, type Static } from '../syntax/generated/ast.ts';
import { runner } from './actions.ts';
import type { Code } from './body.ts';
import { AssemblyError, type Draft, type Guard, type ImageContext, type ImagePlace } from './context.ts';
import { hashWords } from './encode.ts';
import { type LoweredFunction, lowerFunction } from './function.ts';
import { type Callee, type Label, Printer } from './ir.ts';
import { settle } from './labels.ts';
import { type Start, type StartStub, startStub } from './start.ts';
import { transferOf } from './transfer.ts';

const PAGE = 4096;
/** Arm ARM D1.3.1: a vector table is aligned to 2 KiB. */
const VECTOR_ALIGNMENT = 2048;
const MAX_CODE = 64 * 1024 * 1024;

export interface ImageInput {
  readonly node: Image;
  readonly architecture: Architecture;
  readonly state: number;
  readonly types: Types;
  readonly cores: number;
  /** What cores run of this image and needs generated entry code. */
  readonly starts: readonly Start[];
  readonly library: boolean;
  range(node: AstNode): SourceRange;
  placeOf(image: Image, at: AstNode): ImagePlace;
}

/** An image that is laid out; its words wait until the places of all others are known. */
export interface Assembly {
  /** Bytes, page multiples. */
  readonly size: number;
  /** Word index of the first entry, else of the start code. */
  readonly first: number;
  /** Word index where a `core N runs f` enters the image. */
  entryOf(runs: CoreRuns): number;
  /** Word index of an entry or function, by name. */
  entryNamed(name: string): number | undefined;
  /** Bytes from the image's first byte to a static, by name. */
  staticNamed(name: string): number | undefined;
  finish(): ImageOutput;
}

export interface ImageOutput {
  readonly image: AssembledImage;
  readonly context: ImageContext;
  /** What each word was lowered from, by index. */
  readonly nodes: readonly (AstNode | undefined)[];
  /** Frame slots by declaring node, by function. */
  readonly slots: ReadonlyMap<FunctionInfo, ReadonlyMap<AstNode, number>>;
}

/** Assembles one image. `problem` is told every error; the result is undefined if there was one. */
export function assembleImage(input: ImageInput, problem: (error: AssemblyError) => void): Assembly | undefined {
  return new ImageAssembly(input, problem).assemble();
}

class ImageAssembly implements ImageContext {
  readonly name: string;
  readonly architecture: Architecture;
  readonly state: number;
  readonly types: Types;
  private readonly callees = new Map<Code, Callee>();
  private readonly waiting: Code[] = [];
  private readonly staticOffsets = new Map<Static, number>();
  private readonly windows = new Map<SpaceName, bigint>();
  private dataOffset = 0;
  private vectors = 0;
  private readonly guards: Guard[] = [];
  /** Bytes from the first static to the fix-up table. */
  private guardsAt = 0;
  private guardsNamed = false;

  constructor(
    private readonly input: ImageInput,
    private readonly problem: (error: AssemblyError) => void,
  ) {
    this.name = input.node.name;
    this.architecture = input.architecture;
    this.state = input.state;
    this.types = input.types;
    for (const window of membersOfImage(input.node).filter(isWindow)) {
      const address = this.types.constant(window.address);
      if (address !== undefined) this.windows.set(window.space as SpaceName, address);
    }
  }

  callee(fn: Code): Callee {
    let callee = this.callees.get(fn);
    if (!callee) {
      callee = { name: fn.name, entry: { index: -1 }, frameSize: 0 };
      this.callees.set(fn, callee);
      this.waiting.push(fn);
    }
    return callee;
  }

  staticOffset(node: Static): () => number {
    return () => this.dataOffset + (this.staticOffsets.get(node) ?? 0);
  }

  guardTable(): () => number {
    this.guardsNamed = true;
    return () => this.dataOffset + this.guardsAt;
  }

  guard(guard: Guard): void {
    this.guards.push(guard);
  }

  vectorOffset(): number {
    return this.vectors;
  }

  window(space: SpaceName): bigint | undefined {
    return this.windows.get(space);
  }

  placeOf(image: Image, at: AstNode): ImagePlace {
    return this.input.placeOf(image, at);
  }

  range(node: AstNode): SourceRange {
    return this.input.range(node);
  }

  assemble(): Assembly | undefined {
    const { node } = this.input;
    let failed = false;
    const lowered: LoweredFunction[] = [];
    const members = membersOfImage(node);
    for (const member of [...members.filter(isEntry), ...members.filter(isFn), ...members.filter(isVector)]) this.callee(member);
    const data = this.layOutStatics(node);
    const stub = this.stub(data);
    for (let fn = this.waiting.shift(); fn; fn = this.waiting.shift()) {
      try {
        lowered.push(lowerFunction(this, fn, this.callee(fn)));
      } catch (error) {
        if (!(error instanceof AssemblyError)) throw error;
        this.problem(error);
        failed = true;
      }
    }
    if (failed) return undefined;
    return this.layOut(lowered, stub, data);
  }

  private stub(data: DataLayout): StartStub | undefined {
    const starts = this.input.starts.length > 0 ? this.input.starts : this.guestStart();
    if (starts.length === 0) return undefined;
    const stackOffset = data.reserve(STACK_BYTES * this.input.cores, PAGE);
    return startStub(this, { ...this.input, starts }, { at: () => this.dataOffset + stackOffset, bytes: STACK_BYTES });
  }

  /** An image that no core runs is started by others, as a guest is by its host. */
  private guestStart(): Start[] {
    const members = membersOfImage(this.input.node);
    const main = members.find((member): member is Fn => isFn(member) && member.name === 'main' && member.params.length === 0);
    return main && !members.some(isEntry) ? [{ fn: main, node: main }] : [];
  }

  // ------------------------------------------------------------------ layout

  private layOut(functions: readonly LoweredFunction[], stub: StartStub | undefined, data: DataLayout): Assembly {
    const { node } = this.input;
    const drafts: (Draft | undefined)[] = [];
    const infos: { readonly fn: FunctionInfo; readonly from: number; readonly to: number }[] = [];
    const add = (list: readonly Draft[]): { from: number; to: number } => {
      const from = drafts.length;
      for (const draft of list) {
        settle(draft.label, drafts.length);
        drafts.push(draft);
      }
      return { from, to: drafts.length };
    };
    const places = new Map<LoweredFunction, { from: number; to: number }>();
    const ordered = [...functions.filter((f) => isEntry(f.node)), ...functions.filter((f) => !isEntry(f.node))];
    const guest = this.input.starts.length === 0;
    const before = stub && guest ? add(stub.drafts) : undefined;
    for (const fn of ordered) {
      places.set(fn, add(fn.drafts));
      settle(fn.end, drafts.length);
    }
    const stubPlace = before ?? (stub && add(stub.drafts));
    const table = membersOfImage(node).filter(isVector);
    if (table.length > 0) {
      this.vectors = Math.ceil((drafts.length * 4) / VECTOR_ALIGNMENT) * VECTOR_ALIGNMENT;
      for (const vector of table) this.vectorSlot(drafts, vector);
    }
    const codeSize = drafts.length * 4;
    if (codeSize > MAX_CODE) this.problem(new AssemblyError('TFW401', `Image \`${this.name}\` is too large.`, node));
    this.dataOffset = Math.ceil(Math.max(codeSize, 4) / PAGE) * PAGE;

    for (const fn of ordered) {
      const place = places.get(fn) as { from: number; to: number };
      infos.push({ ...place, fn: this.functionInfo(fn, place) });
    }
    if (stub && stubPlace) infos.push({ ...stubPlace, fn: { ...stub.info, ...stubPlace } });
    // Its last row is all zeros.
    if (this.guards.length > 0 || this.guardsNamed) this.guardsAt = data.reserve(GUARD_BYTES * (this.guards.length + 1), 8);
    const size = Math.ceil((this.dataOffset + data.size) / PAGE) * PAGE;
    const entry = (name: string): LoweredFunction | undefined => ordered.find((fn) => fn.node.name === name && !isVector(fn.node));
    const finish = (): ImageOutput => {
      const words = this.words(drafts, infos);
      const image: AssembledImage = {
        name: this.name,
        state: this.state,
        words,
        functions: infos.map((i) => i.fn),
        statics: this.staticInfos(data),
        ...(table.length > 0 && { vectors: this.vectors }),
        codeSize,
        size,
        bytes: this.bytes(words, data),
        range: this.range(node),
        library: this.input.library,
      };
      const slots = new Map(ordered.map((fn) => [fn.callee.info as FunctionInfo, fn.frame.declared]));
      return { image, context: this, nodes: drafts.map((draft) => draft?.node), slots };
    };
    return {
      size,
      first: ordered.some((fn) => isEntry(fn.node)) ? 0 : (stubPlace?.from ?? 0),
      entryOf: (runs) => (runs.entry.ref && isEntry(runs.entry.ref) ? this.callee(runs.entry.ref).entry.index : (stub?.entry(runs) ?? 0)),
      entryNamed: (name) => entry(name)?.callee.entry.index,
      staticNamed: (name) => this.staticInfos(data).find((info) => info.name === name)?.offset,
      finish,
    };
  }

  /** A slot of the vector table holds a branch to the vector's code. */
  private vectorSlot(drafts: (Draft | undefined)[], vector: Code): void {
    const row = this.architecture.vectors.find((v) => v.name === vector.name);
    if (!row) throw new AssemblyError('TFW103', `There is no exception vector \`${vector.name}\`.`, vector);
    const index = (this.vectors + row.offset) / 4;
    while (drafts.length <= index) drafts.push(undefined);
    const label: Label = { index };
    drafts[index] = {
      action: { do: 'jump', to: this.callee(vector).entry },
      label,
      node: vector,
      range: this.range(vector),
      statement: false,
      framed: false,
    };
  }

  private functionInfo(fn: LoweredFunction, place: { from: number; to: number }): FunctionInfo {
    const name = fn.node.name;
    const named = fn.node.$cstNode ? this.range(fn.node) : this.range(this.input.node);
    const start: Label = { index: place.from };
    const info: FunctionInfo = {
      name,
      kind: isFn(fn.node) ? 'fn' : isVector(fn.node) ? 'vector' : 'entry',
      image: this.name,
      ...place,
      frameSize: fn.callee.frameSize,
      variables: fn.frame.variables(start, { index: place.to }),
      range: named,
      nameRange: { ...named, endLine: named.line, endColumn: named.column + fn.node.$type.length + 1 + name.length },
    };
    fn.callee.info = info;
    return info;
  }

  private words(
    drafts: readonly (Draft | undefined)[],
    infos: readonly { fn: FunctionInfo; from: number; to: number }[],
  ): (WordInfo | undefined)[] {
    const printer = new Printer(this.architecture);
    const owner = new Array<FunctionInfo | undefined>(drafts.length);
    for (const info of infos) owner.fill(info.fn, info.from, info.to);
    const texts = drafts.map((draft, index) => draft && printer.action(draft.action, index));
    const hashes = hashWords(this.name, texts);
    return drafts.map((draft, index) => {
      if (!draft) return undefined;
      const transfer = transferOf(this.architecture, draft.action);
      const slot = draft.action.do === 'jump' && owner[index] === undefined ? ownerOf(infos, draft.action.to.index) : owner[index];
      return {
        // What a step needs stands together.
        run: runner(this.architecture, draft.action, index),
        mark: 0,
        seen: false,
        hash: hashes[index],
        image: this.name,
        index,
        text: texts[index] as string,
        fn: slot as FunctionInfo,
        range: draft.range,
        statement: draft.statement,
        framed: draft.framed,
        role: this.role(draft),
        ...(transfer && { transfer }),
        ...(draft.suspension && { suspension: { word: draft.suspension.word.index, resume: draft.suspension.resume.index } }),
      };
    });
  }

  private role(draft: Draft): WordInfo['role'] {
    switch (draft.action.do) {
      case 'call':
        return 'call';
      case 'return':
        return 'return';
      case 'suspend':
      case 'resume':
        return draft.action.do;
      case 'jump':
      case 'unless':
        return 'branch';
      case 'instruction': {
        const row = this.architecture.instructions[draft.action.row];
        if (row.control === 'return') return 'exceptionReturn';
        return row.variadic ? 'trap' : 'plain';
      }
      default:
        return 'plain';
    }
  }

  // ------------------------------------------------------------------ statics

  private layOutStatics(node: Image): DataLayout {
    const data = new DataLayout();
    for (const member of membersOfImage(node).filter(isStatic)) {
      const type = this.types.of(member.type);
      const offset = data.reserve(this.types.size(type), Math.max(8, this.types.alignment(type)));
      this.staticOffsets.set(member, offset);
      data.variables.push({ node: member, type, offset });
    }
    return data;
  }

  private staticInfos(data: DataLayout): VariableInfo[] {
    return data.variables.map(({ node, type, offset }) => ({
      name: node.name,
      type,
      storage: 'static',
      offset: this.dataOffset + offset,
      size: this.types.size(type),
      from: 0,
      to: Number.MAX_SAFE_INTEGER,
      parameter: false,
      range: this.range(node),
    }));
  }

  private bytes(words: readonly (WordInfo | undefined)[], data: DataLayout): Uint8Array {
    const bytes = new Uint8Array(this.dataOffset + data.size);
    const view = new DataView(bytes.buffer);
    for (const word of words) if (word) view.setUint32(word.index * 4, word.hash, true);
    for (const { node, type, offset } of data.variables) {
      const value = node.init && this.types.constant(node.init);
      if (value === undefined) continue;
      const size = this.types.size(type);
      for (let i = 0; i < size; i++) bytes[this.dataOffset + offset + i] = Number((value >> BigInt(8 * i)) & 0xffn);
    }
    this.guards.forEach(({ from, to, target }, row) => {
      const table = this.dataOffset + this.guardsAt;
      [from, to, target].forEach((label, column) => {
        view.setBigUint64(table + GUARD_BYTES * row + 8 * column, BigInt.asUintN(64, BigInt(4 * label.index - table)), true);
      });
    });
    return bytes;
  }
}

/** A row of the fix-up table: from, to and target of a guard, 8 bytes each, relative to the table. */
const GUARD_BYTES = 24;

/** Bytes of the stack that generated entry code gives each core. */
const STACK_BYTES = 8192;

class DataLayout {
  size = 0;
  readonly variables: { readonly node: Static; readonly type: TfwType; readonly offset: number }[] = [];

  reserve(bytes: number, alignment: number): number {
    const offset = Math.ceil(this.size / alignment) * alignment;
    this.size = offset + bytes;
    return offset;
  }
}

function ownerOf(infos: readonly { fn: FunctionInfo; from: number; to: number }[], index: number): FunctionInfo | undefined {
  return infos.find((info) => index >= info.from && index < info.to)?.fn;
}
