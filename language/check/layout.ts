/** Sizes, alignments and layouts, as C has them: natural alignment, in the order of declaration. */
import type { Struct } from '../syntax/generated/ast.ts';
import { settle } from './settle.ts';
import type { FieldLayout, TfwType, Types } from './types.ts';

interface Extent {
  readonly fields: readonly FieldLayout[];
  readonly size: number;
  readonly alignment: number;
}

const NOTHING: Extent = { fields: [], size: 0, alignment: 1 };

export class Layouts {
  private readonly known = new WeakMap<Struct, Extent>();
  private readonly pending = new Set<Struct>();
  private readonly settled = new WeakSet<Struct>();

  constructor(private readonly types: Types) {}

  fields(struct: Struct): readonly FieldLayout[] {
    return this.extent(struct).fields;
  }

  size(type: TfwType): number {
    switch (type.kind) {
      case 'int':
      case 'enum':
      case 'bits':
        return type.bits / 8;
      case 'bool':
        return 1;
      case 'struct':
        return this.extent(type.declaration).size;
      case 'array':
        return type.length * this.size(type.element);
      case 'pointer':
      case 'literal':
      case 'error':
        return 8;
      case 'text':
      case 'void':
      case 'never':
        return 0;
    }
  }

  alignment(type: TfwType): number {
    if (type.kind === 'struct') return this.extent(type.declaration).alignment;
    return type.kind === 'array' ? this.alignment(type.element) : Math.max(1, this.size(type));
  }

  private extent(struct: Struct): Extent {
    settle(
      struct,
      (node) => containedIn(node, this.types),
      (node) => void this.evaluate(node),
      this.settled,
    );
    return this.evaluate(struct);
  }

  private evaluate(struct: Struct): Extent {
    const known = this.known.get(struct);
    if (known) return known;
    // It contains itself, which is reported where it is declared.
    if (this.pending.has(struct)) return NOTHING;
    this.pending.add(struct);
    const extent = this.layOut(struct);
    this.pending.delete(struct);
    this.known.set(struct, extent);
    return extent;
  }

  private layOut(struct: Struct): Extent {
    let end = 0;
    let alignment = 1;
    const fields = struct.fields.map((field): FieldLayout => {
      const type = this.types.of(field.type);
      const own = this.alignment(type);
      const offset = field.offset === undefined ? roundUp(end, own) : Number(field.offset);
      end = Math.max(end, offset + this.size(type));
      alignment = Math.max(alignment, own);
      return { field, offset, type };
    });
    const natural = roundUp(end, alignment);
    const declared = struct.size && this.types.constant(struct.size);
    return { fields, alignment, size: declared === undefined ? natural : Number(declared) };
  }
}

/** Structs that a struct's fields contain by value. */
export function containedIn(struct: Struct, types: Types): Struct[] {
  return struct.fields.flatMap((field) => {
    let type = types.of(field.type);
    while (type.kind === 'array') type = type.element;
    return type.kind === 'struct' ? [type.declaration] : [];
  });
}

export const roundUp = (value: number, alignment: number): number => Math.ceil(value / alignment) * alignment;
