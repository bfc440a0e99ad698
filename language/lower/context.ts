/** What lowering shares within an image: types, tables, labels of functions, offsets of statics, windows, and errors. */
import type { AstNode } from 'langium';
import type { Architecture } from '../../machine/index.ts';
import type { SpaceName, Types } from '../check/types.ts';
import type { Code } from '../diagnostics.ts';
import type { SourceRange } from '../program/program.ts';
import type { Entry, Fn, Image, Static, Vector } from '../syntax/generated/ast.ts';
import type { Action, Callee, Label } from './ir.ts';

/** An error that only assembling can see; it stands at a node of the source. */
export class AssemblyError extends Error {
  constructor(
    readonly code: Code,
    message: string,
    readonly node: AstNode,
  ) {
    super(message);
  }
}

/** A word before it has a place: its action, and the source it came from. */
export interface Draft {
  readonly action: Action;
  readonly label: Label;
  /** What it was lowered from: where the debugger's expressions look names up. */
  readonly node: AstNode;
  readonly range: SourceRange;
  readonly statement: boolean;
  readonly framed: boolean;
  /** Of what a `suspend` leaves by: its first word, and the word at which it goes on. */
  readonly suspension?: { readonly word: Label; readonly resume: Label };
}

/** Where an image stands; known once all images are placed. */
export interface ImagePlace {
  /** Physical address of its first byte. */
  base(): bigint;
  /** Bytes. */
  size(): bigint;
  /** Physical address where it is entered: its first `entry`, else its start code. */
  entry(): bigint;
}

/** Words [from, to) of a `guarded`, and where its `else` begins. */
export interface Guard {
  readonly from: Label;
  readonly to: Label;
  readonly target: Label;
}

export interface ImageContext {
  readonly name: string;
  readonly architecture: Architecture;
  /** Index of the state it runs in. */
  readonly state: number;
  readonly types: Types;
  /** The callee for a function; asks for it to be assembled into this image. */
  callee(fn: Fn | Vector | Entry): Callee;
  /** Byte offset of a static from the image's first byte, known after layout. */
  staticOffset(node: Static): () => number;
  /** Byte offset of the vector table, known after layout. */
  vectorOffset(): number;
  /** Asks for a fix-up table; its byte offset, known after layout. */
  guardTable(): () => number;
  /** Adds a row to the fix-up table. */
  guard(guard: Guard): void;
  /** What is added to a physical address to reach `space` through this image's tables; undefined without a window. */
  window(space: SpaceName): bigint | undefined;
  /** Where another image, named at `at`, will stand. */
  placeOf(image: Image, at: AstNode): ImagePlace;
  range(node: AstNode): SourceRange;
}
