/** The frame of one function while it is lowered: slots of parameters, locals and temporaries, and who lives where. */
import type { AstNode } from 'langium';
import type { TfwType } from '../check/types.ts';
import type { VariableInfo } from '../program/program.ts';
import type { ImageContext } from './context.ts';
import { FRAME_HEADER, type Label } from './ir.ts';

interface Living {
  readonly name: string;
  readonly node: AstNode;
  readonly type: TfwType;
  readonly offset: number;
  readonly size: number;
  readonly parameter: boolean;
  /** From the first word in which it has a value. */
  from?: Label;
  to?: Label;
}

export class Frame {
  private next = FRAME_HEADER;
  private highest = FRAME_HEADER;
  private readonly slots = new Map<AstNode, number>();
  private readonly living: Living[] = [];
  private open: Living[] = [];
  /** Whether any slot was ever used: code without one needs no frame. */
  used = false;

  constructor(private readonly image: ImageContext) {}

  /** Bytes, 16-byte aligned, constant for the function. */
  get size(): number {
    return Math.ceil(this.highest / 16) * 16;
  }

  slot(node: AstNode): number | undefined {
    return this.slots.get(node);
  }

  /** Makes room for a named value; it is in scope once `born` says so. */
  declare(node: AstNode & { readonly name: string }, type: TfwType, parameter = false): number {
    const size = Math.max(8, Math.ceil(this.image.types.size(type) / 8) * 8);
    const offset = this.take(size);
    this.slots.set(node, offset);
    const living = { name: node.name, node, type, offset, size: this.image.types.size(type), parameter };
    this.living.push(living);
    this.open.push(living);
    return offset;
  }

  /** Says that what was declared last has a value from `label` on. */
  born(node: AstNode, label: Label): void {
    const living = this.living.find((l) => l.node === node);
    if (living) living.from = label;
  }

  temporary(): number {
    return this.take(8);
  }

  private take(bytes: number): number {
    const offset = this.next;
    this.next += bytes;
    this.highest = Math.max(this.highest, this.next);
    this.used = true;
    return offset;
  }

  /** Remembers what is in scope; `leave` ends all that came since, at `label`. */
  enter(): { readonly next: number; readonly open: Living[] } {
    const mark = { next: this.next, open: this.open };
    this.open = [...this.open];
    return mark;
  }

  leave(mark: { readonly next: number; readonly open: Living[] }, label: Label): void {
    for (const living of this.open) if (!mark.open.includes(living)) living.to ??= label;
    this.open = mark.open;
    this.next = mark.next;
  }

  /** Gives temporaries of a finished statement back; declared slots stay. */
  release(mark: number): void {
    const declared = this.open.at(-1);
    const end = declared ? declared.offset + Math.max(8, Math.ceil(declared.size / 8) * 8) : FRAME_HEADER;
    this.next = Math.max(mark, end);
  }

  get mark(): number {
    return this.next;
  }

  /** Slots by the node that declares them. */
  get declared(): ReadonlyMap<AstNode, number> {
    return this.slots;
  }

  variables(from: Label, to: Label): VariableInfo[] {
    return this.living.map((living) => ({
      name: living.name,
      type: living.type,
      storage: 'frame',
      offset: living.offset,
      size: living.size,
      from: (living.from ?? from).index,
      to: (living.to ?? to).index,
      parameter: living.parameter,
      range: this.image.range(living.node),
    }));
  }
}
