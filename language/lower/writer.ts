/** Drafts of words in the order of their source, with the positions that are waiting for the next one. */
import type { AstNode } from 'langium';
import type { SourceRange } from '../program/program.ts';
import type { Draft, ImageContext } from './context.ts';
import type { Action, Label } from './ir.ts';
import { bind, newLabel } from './labels.ts';

export class Writer {
  readonly drafts: Draft[] = [];
  /** Whether the next word has a frame at SP. */
  framed = false;
  /** Whether the next word is where a statement starts: breakpoints bind there. */
  startsStatement = false;
  /** Of the `suspend` whose block is being lowered. */
  suspension: Draft['suspension'];
  private pending: Label[] = [];

  constructor(
    private readonly image: ImageContext,
    /** What the next words are lowered from, and what of it the debugger highlights. */
    public at: AstNode,
    public range: SourceRange,
  ) {}

  emit(action: Action): void {
    const label = newLabel();
    const { suspension } = this;
    const leaves = suspension && this.isExceptionReturn(action);
    this.drafts.push({
      action,
      label,
      node: this.at,
      range: this.range,
      statement: this.startsStatement,
      framed: this.framed,
      ...(leaves && { suspension }),
    });
    this.placeAll(label);
    this.startsStatement = false;
  }

  private isExceptionReturn(action: Action): boolean {
    return action.do === 'instruction' && this.image.architecture.instructions[action.row].control === 'return';
  }

  /** `label` names the next word. */
  place(label: Label): void {
    this.pending.push(label);
  }

  /** A label that names the next word to come. */
  next(): Label {
    const label = newLabel();
    this.place(label);
    return label;
  }

  /** What waits for a next word names the position of `label`. */
  placeAll(label: Label): void {
    for (const pending of this.pending) bind(pending, label);
    this.pending = [];
  }
}
