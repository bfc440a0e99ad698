/** How large the frame of a function is at least: what the assembler makes of it has temporaries besides. */
import { type Block, type Entry, type Fn, isFn, type Let, type Local, type Statement, type Vector } from '../syntax/generated/ast.ts';
import { parts } from './flow.ts';
import type { Types } from './types.ts';

/** Bytes; the library's stacks have 8 KiB. */
export const MAX_FRAME = 8192;

/** Return PC, caller's SP and the result's address. */
const HEADER = 24;

interface LeastFrame {
  readonly bytes: number;
  /** The largest local. */
  readonly largest: string;
}

export function leastFrame(node: Fn | Vector | Entry, types: Types): LeastFrame {
  const locals: { name: string; bytes: number }[] = [];
  const slot = (local: Let | Local): number => {
    const bytes = Math.max(8, Math.ceil(types.size(types.declared(local)) / 8) * 8);
    locals.push({ name: local.name, bytes });
    return bytes;
  };
  // Locals live as long as their block; blocks that follow each other share their places.
  const inner = (statement: Statement): number => {
    const counter = statement.$type === 'For' ? 8 : 0;
    return counter + Math.max(0, ...parts(statement).map((part) => (part.$type === 'Block' ? within(part) : slots([part]))));
  };
  const slots = (statements: readonly Statement[]): number => {
    let [held, most] = [0, 0];
    for (const statement of statements) {
      if (statement.$type === 'Let' || statement.$type === 'Local') held += slot(statement);
      most = Math.max(most, held + inner(statement));
    }
    return most;
  };
  const within = ({ statements }: Block): number => slots(statements);
  const params = isFn(node) ? 8 * node.params.length : 0;
  const bytes = HEADER + params + within(node.body);
  const largest = locals.reduce((most, local) => (local.bytes > most.bytes ? local : most), { name: '', bytes: 0 });
  return { bytes, largest: largest.name };
}
