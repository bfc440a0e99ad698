/** What the parts of a function's lowering share. */
import type { Block, Entry, Fn, Statement, Vector } from '../syntax/generated/ast.ts';
import type { ImageContext } from './context.ts';
import type { Expressions } from './expressions.ts';
import type { Frame } from './frame.ts';
import type { Writer } from './writer.ts';

export type Code = Fn | Vector | Entry;

export interface Body {
  readonly image: ImageContext;
  readonly node: Code;
  readonly frame: Frame;
  readonly expressions: Expressions;
  readonly writer: Writer;
  block(block: Block): void;
  statement(statement: Statement | Block): void;
  /** Bytes that entering and leaving naked code's frame move SP by, known once all is lowered. */
  frameSize(): number;
}
