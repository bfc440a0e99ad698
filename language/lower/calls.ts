/** Calls of functions and instructions: their arguments, and the words that they become. */
import { type Call, isFn, isImmediate } from '../syntax/generated/ast.ts';
import type { Body } from './body.ts';
import { AssemblyError } from './context.ts';
import { calleeOf } from './expressions.ts';
import { constant, type Value } from './ir.ts';
import type { Writer } from './writer.ts';

export class Calls {
  private readonly writer: Writer;

  constructor(private readonly body: Body) {
    this.writer = body.writer;
  }

  /** A call inside an expression: its result in a temporary. */
  call(call: Call): Value {
    const args = this.arguments(call);
    const slot = this.body.frame.temporary();
    this.word(call, args, slot);
    return { op: 'local', offset: slot };
  }

  /** Inner calls run first, in textual order. */
  arguments(call: Call): Value[] {
    const target = calleeOf(call);
    if (!target) throw new AssemblyError('TFW202', 'Only functions and instructions can be called.', call);
    if ('fn' in target) return call.args.map((arg) => this.body.expressions.value(arg));
    const row = this.body.image.architecture.instructions[target.instruction];
    const immediate = call.args.find(isImmediate);
    const rest = call.args
      .filter((arg) => !isImmediate(arg))
      .map((arg, i) =>
        row.operands[i]?.kind === 'register' ? this.body.expressions.registerArgument(arg) : this.body.expressions.argument(arg),
      );
    if (row.sized) {
      const pointer = this.body.image.types.infer(call.args[0]);
      rest.push(constant(BigInt(pointer.kind === 'pointer' ? this.body.image.types.size(pointer.pointee) : 8)));
    }
    return row.immediate === undefined ? rest : [constant(immediate ? immediate.value : 0n), ...rest];
  }

  /** The word (or words) of a call; its result goes to `slot` if there is one. */
  word(call: Call, args: Value[], slot: number | undefined): void {
    const target = calleeOf(call);
    if (!target) throw new AssemblyError('TFW202', 'Only functions and instructions can be called.', call);
    if ('fn' in target) {
      this.writer.emit({ do: 'call', callee: this.body.image.callee(target.fn), args, ...(slot !== undefined && { result: slot }) });
      return;
    }
    const { architecture } = this.body.image;
    const row = architecture.instructions[target.instruction];
    if (row.control === 'return' && isFn(this.body.node) && !this.writer.suspension) {
      throw new AssemblyError('TFW302', `\`${row.name}()\` stands only in a vector, an entry or a \`suspend\`.`, call);
    }
    const produces = row.produces && slot !== undefined;
    // An exception return pops the frame that is there now, unless it is to come back.
    const framed = this.writer.framed && !this.writer.suspension;
    for (let part = 0; part < (row.words ?? 1); part++) {
      const pop = (): number => (framed ? this.body.frameSize() : 0);
      this.writer.emit({ do: 'instruction', row: target.instruction, part, args, pop, ...(produces && { result: slot }) });
    }
    if (slot === undefined || row.produces) return;
    if (!row.result) throw new AssemblyError('TFW202', `\`${row.name}\` has no result.`, call);
    const register = architecture.registers.findIndex((r) => r.name === row.result);
    this.writer.emit({ do: 'set', place: { to: 'local', offset: slot }, value: { op: 'register', register } });
  }
}
