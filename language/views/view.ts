/** One view, ready to look: its members as functions that read an image and add to what is shown. */

import type { Architecture } from '../../machine/index.ts';
import { isHex } from '../check/numbered.ts';
import type { TfwType, Types } from '../check/types.ts';
import {
  type Call,
  type Expr,
  isLet,
  isStringLiteral,
  isView,
  isViewChildren,
  isViewField,
  isViewFor,
  type View,
  type ViewChildren,
  type ViewEntry,
  type ViewFor,
  type ViewItem,
  type ViewMember,
} from '../syntax/generated/ast.ts';
import { Exhausted, type PhysicalPlace, type ViewEye, ViewProblem } from './eyes.ts';
import type { Evaluate, Scope } from './scope.ts';
import { hex, show } from './show.ts';

/** What is shown: a view by its title, an item by its label, with what they hold. */
export interface ViewNode {
  readonly label: string;
  /** Codicon. */
  readonly icon?: string;
  /** The world whose icon it is: index in `Architecture.worlds`. */
  readonly world?: number;
  readonly state?: string;
  /** What it is about. */
  readonly address?: PhysicalPlace;
  readonly fields: readonly ViewFieldValue[];
  readonly children: readonly ViewNode[];
}

export interface ViewFieldValue {
  readonly label: string;
  readonly text: string;
  /** Undefined for texts, and for what could not be read. */
  readonly value?: bigint;
}

/** Adds what a member shows to the items, or to the fields, that it stands among. */
type Show = (eye: ViewEye, into: Shown) => void;
interface Shown {
  readonly fields: ViewFieldValue[];
  readonly items: ViewNode[];
}

/** Items of one view: more help nobody. */
const MOST_ITEMS = 2000;
/** Bytes that `hex` shows of an array. */
const MOST_BYTES = 4096n;

/** Shows a view that another one names, with the values of its parameters. */
export type ShowView = (view: View) => (eye: ViewEye, args: bigint[], into: Shown) => void;

export class ViewCode {
  private readonly run: Show;

  constructor(
    view: View,
    private readonly scope: Scope,
    private readonly others: ShowView,
    private readonly architecture: Architecture,
  ) {
    for (const param of view.params) scope.declare(param);
    this.run = this.all(view.members);
  }

  private get types(): Types {
    return this.scope.image.types;
  }

  show(eye: ViewEye, args: bigint[], into: Shown): void {
    eye.within(args, () => this.run(eye, into));
  }

  /** Members one after the other; behind one that cannot be read, the others would show what is not so. */
  private all(members: readonly (ViewMember | ViewEntry)[]): Show {
    const shows = members.map((member) => this.member(member));
    return (eye, into) => {
      try {
        for (const each of shows) each(eye, into);
      } catch (error) {
        if (!(error instanceof ViewProblem)) throw error;
        into.items.push({ label: `cannot be shown: ${error.message}`, icon: 'warning', fields: [], children: [] });
      }
    };
  }

  private member(node: ViewMember | ViewEntry): Show {
    if (isLet(node)) {
      const value = this.scope.compile(node.value);
      const slot = this.scope.declare(node);
      return (eye) => {
        eye.frame[slot] = value(eye);
      };
    }
    if (isViewFor(node)) return node.to ? this.counted(node, node.to) : this.elements(node);
    if (isViewChildren(node)) return this.children(node);
    if (isViewField(node)) return this.field(node.label, node.value);
    return this.item(node);
  }

  // ------------------------------------------------------------------ loops

  private counted(node: ViewFor, end: Expr): Show {
    const [from, to] = [this.scope.compile(node.from), this.scope.compile(end)];
    const each = this.body(node);
    return (eye, into) => {
      const last = to(eye);
      for (let i = from(eye); i < last; i++) each(eye, into, i);
    };
  }

  /** The variable points at an element. */
  private elements(node: ViewFor): Show {
    const type = this.scope.typeOf(node.from);
    const address = this.scope.address(node.from);
    const each = this.body(node);
    if (type.kind !== 'array') return () => {};
    const size = BigInt(this.types.size(type.element));
    return (eye, into) => {
      const first = address(eye);
      for (let i = 0n; i < BigInt(type.length); i++) each(eye, into, first + i * size);
    };
  }

  private body(node: ViewFor): (eye: ViewEye, into: Shown, value: bigint) => void {
    const slot = this.scope.declare(node.variable);
    const condition = node.condition && this.scope.compile(node.condition);
    const run = this.all(node.members);
    return (eye, into, value) => {
      eye.spend();
      eye.frame[slot] = value;
      if (condition && condition(eye) === 0n) return;
      if (into.items.length >= MOST_ITEMS) throw new Exhausted(`more than ${MOST_ITEMS} items`);
      run(eye, into);
    };
  }

  // ------------------------------------------------------------------ items

  private item(node: ViewItem): Show {
    const label = this.text(node.label);
    const icon = node.icon && this.icon(node.icon);
    const state = node.state && this.text(node.state);
    const address = node.address && this.scope.compile(node.address);
    const entries = this.all(node.entries);
    return (eye, into) => {
      const inside: { fields: ViewFieldValue[]; items: ViewNode[] } = { fields: [], items: [] };
      const place = address && attempt(() => eye.place(address(eye)));
      into.items.push({
        label: label(eye).text,
        ...icon,
        ...(state && { state: state(eye).text }),
        ...(typeof place === 'object' && { address: place }),
        fields: inside.fields,
        children: inside.items,
      });
      entries(eye, inside);
    };
  }

  /** A codicon, with `_` for `-`; or a world by its short name, which has one. */
  private icon(name: string): { readonly icon: string; readonly world?: number } {
    const { worlds } = this.architecture;
    const world = worlds.findIndex(({ id }) => id.toLowerCase() === name.toLowerCase());
    return world < 0 ? { icon: name.replaceAll('_', '-') } : { icon: worlds[world].icon, world };
  }

  private field(label: Expr, value: Expr): Show {
    const [name, content] = [this.text(label), this.text(value)];
    return (eye, into) => {
      into.fields.push({ label: name(eye).text, ...content(eye) });
    };
  }

  private children({ view, args }: ViewChildren): Show {
    const values = args.map((arg) => this.scope.compile(arg));
    const target = view.ref;
    if (!target || !isView(target)) return () => {};
    const shown = this.others(target);
    return (eye, into) =>
      shown(
        eye,
        values.map((value) => value(eye)),
        into,
      );
  }

  // ------------------------------------------------------------------ values as texts

  /** What cannot be read says so in its own place. */
  private text(e: Expr): (eye: ViewEye) => { readonly text: string; readonly value?: bigint } {
    const read = this.shown(e);
    return (eye) => {
      const found = attempt(() => read(eye));
      return typeof found === 'string' ? { text: found } : found;
    };
  }

  private shown(e: Expr): (eye: ViewEye) => { readonly text: string; readonly value?: bigint } {
    if (isStringLiteral(e)) {
      const holes = e.holes.map((hole) => this.text(hole));
      return (eye) => ({ text: e.parts.map((part, i) => part + (holes[i]?.(eye).text ?? '')).join('') });
    }
    if (isHex(e)) return this.hexadecimal((e as Call).args[0]);
    const type = this.scope.typeOf(e);
    const value = this.scope.compile(e);
    return (eye) => {
      const found = value(eye);
      return { text: show(type, found, this.types), value: found };
    };
  }

  /** A value, or the bytes of an array in the order of memory. */
  private hexadecimal(e: Expr): (eye: ViewEye) => { readonly text: string; readonly value?: bigint } {
    const type = this.scope.typeOf(e);
    if (type.kind === 'array') return this.bytes(e, type);
    const value = this.scope.compile(e);
    return (eye) => {
      const found = value(eye);
      return { text: hex(found), value: found };
    };
  }

  private bytes(e: Expr, type: TfwType): (eye: ViewEye) => { readonly text: string } {
    const address: Evaluate = this.scope.address(e);
    const size = BigInt(this.types.size(type));
    return (eye) => {
      const first = address(eye);
      let text = '';
      for (let i = 0n; i < size && i < MOST_BYTES; i++)
        text += eye
          .load(first + i, 1)
          .toString(16)
          .padStart(2, '0');
      return { text: size > MOST_BYTES ? `${text}…` : text };
    };
  }
}

/** A value, or why there is none. */
function attempt<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof ViewProblem) return `(${error.message})`;
    throw error;
  }
}
