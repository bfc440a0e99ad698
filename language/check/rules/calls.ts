/** Calls: of functions, and of instructions with their operands, options, variadic arguments and immediates. */
import type { InstructionRow, OperandRow } from '../../../machine/index.ts';
import {
  type Call,
  type Expr,
  type Fn,
  type Immediate,
  type Instruction,
  isBlock,
  isCall,
  isEventPattern,
  isExprStatement,
  isFn,
  isImmediate,
  isMember,
  isName,
  isOptionName,
  isRegister,
  isSuspend,
} from '../../syntax/generated/ast.ts';
import { around, type Context, calleeOf, codeAround, instructionRow, isBroken, type Rules } from '../context.ts';
import { isHex, isNumberedRegister } from '../numbered.ts';
import { alternatives, count } from '../report.ts';
import { isInteger, isScalar, quote, spell, U64 } from '../type-of.ts';
import { castOf, expectFits, expectType, found } from '../values.ts';

export const callRules: Rules = {
  Call: [callable, inPattern, functionArguments, instructionArguments, returnsFromException],
  Immediate: [immediateInPlace],
};

function callable(call: Call, { report, types }: Context): void {
  const { callee } = call;
  const node = isName(callee) ? callee.ref.ref : undefined;
  if (isHex(call)) return;
  if (isName(callee) && (!node || node.$type === 'Fn' || node.$type === 'Instruction')) return;
  // What is wrong with a member that does not exist is said there.
  if (isMember(callee) && (!callee.member.ref || types.infer(callee.receiver).kind === 'error')) return;
  const name = isName(callee) ? `\`${callee.ref.$refText}\`` : 'this';
  report.error('TFW202', callee, `${name} cannot be called; only functions and instructions can`);
}

function inPattern(node: Call, { report }: Context): void {
  if (around(node, isEventPattern))
    report.error('TFW205', node, 'a condition on an event compares its fields with constants; it cannot call');
}

function functionArguments(node: Call, context: Context): void {
  const fn = calleeOf(node);
  if (!fn || !isFn(fn) || isBroken(context, fn)) return;
  const { args } = node;
  if (args.length !== fn.params.length) {
    context.report.error(
      'TFW202',
      node,
      `\`${signature(fn, context)}\` takes ${count(fn.params.length, 'argument')}, found ${args.length}`,
    );
  }
  fn.params.slice(0, args.length).forEach((param, i) => {
    if (!isImmediate(args[i])) expectType(context, context.types.of(param.type), args[i], `parameter \`${param.name}\``);
  });
}

function signature({ name, params }: Fn, { types }: Context): string {
  return `${name}(${params.map((param) => `${param.name}: ${spell(types.of(param.type))}`).join(', ')})`;
}

function instructionArguments(node: Call, context: Context): void {
  const instruction = calleeOf(node);
  if (!instruction || isFn(instruction)) return;
  const row = instructionRow(context, instruction as Instruction);
  const args: readonly Expr[] = node.args.filter((arg) => !isImmediate(arg));
  const least = row.operands.filter((operand) => !operand.optional).length;
  const most = row.operands.length + (row.variadic?.length ?? 0);
  if (args.length < least || args.length > most) {
    const wanted = least === most ? count(least, 'argument') : `${least} to ${most} arguments`;
    context.report.error('TFW202', node, `\`${usage(row)}\` takes ${wanted}, found ${args.length}`);
  }
  args.slice(0, most).forEach((arg, i) => {
    const operand = row.operands[i];
    const pointer = row.sized && i > 0 && context.types.infer(args[0]);
    if (operand?.kind === 'option') option(context, row, operand, arg);
    else if (operand?.kind === 'register') registerOperand(context, row, operand, arg);
    else if (row.sized && i === 0) sizedPointer(context, row, arg);
    else if (pointer && pointer.kind === 'pointer' && isScalar(pointer.pointee))
      expectType(context, pointer.pointee, arg, `\`${operand.name}\` of \`${row.name}\``);
    else value(context, row, operand?.name ?? row.variadic![i - row.operands.length], arg);
  });
}

/** As the manual writes the instruction: `dc(operation, address)`. */
export function usage({ name, operands, variadic, immediate }: InstructionRow): string {
  const shown = operands.map((operand) => (operand.optional ? `${operand.name}?` : operand.name));
  if (immediate !== undefined) shown.unshift('#imm?');
  if (variadic?.length) shown.push('…');
  return `${name}(${shown.join(', ')})`;
}

function option({ report }: Context, row: InstructionRow, operand: OperandRow, arg: Expr): void {
  const known = isName(arg) && (!arg.ref.ref || isOptionName(arg.ref.ref));
  if (known) return;
  report.error('TFW202', arg, `\`${operand.name}\` of \`${row.name}\` is one of ${alternatives(Object.keys(operand.options ?? {}))}`);
}

/** A register itself, rather than its value: where a load is to put what it loads. */
function registerOperand({ report }: Context, row: InstructionRow, operand: OperandRow, arg: Expr): void {
  const node = isName(arg) ? arg.ref.ref : undefined;
  if ((isName(arg) && (!node || isRegister(node))) || (isNumberedRegister(arg) && arg.index.$type === 'IntLiteral')) return;
  report.error('TFW202', arg, `\`${operand.name}\` of \`${row.name}\` is a register`);
}

/** The pointer whose target an instruction accesses as a whole; an integer is the address of 8 bytes. */
function sizedPointer(context: Context, row: InstructionRow, arg: Expr): void {
  const type = context.types.infer(arg);
  if (type.kind !== 'pointer') value(context, row, row.operands[0].name, arg);
  else if (!isScalar(type.pointee))
    context.report.error('TFW202', arg, `\`${row.name}\` takes a pointer to a single value, found ${quote(type)}`);
}

/** Operands are 64-bit values: integers of any width, and addresses. */
function value({ types, report }: Context, row: InstructionRow, name: string, arg: Expr): void {
  const type = types.infer(arg);
  if (type.kind === 'error' || isInteger(type) || type.kind === 'pointer') return;
  const advice = type.kind === 'bool' || type.kind === 'enum' || type.kind === 'bits' ? '; write `as u64`' : '';
  report.error(
    'TFW202',
    arg,
    `\`${name}\` of \`${row.name}\` wants an integer or an address, found ${found(type, arg)}${advice}`,
    advice ? castOf(arg, U64) : undefined,
  );
}

function immediateInPlace(node: Immediate, context: Context): void {
  const call = node.$container;
  const callee = isCall(call) ? calleeOf(call) : undefined;
  if (!callee) return;
  if (isFn(callee)) {
    context.report.error('TFW202', node, `\`#\` marks the immediate of an instruction; \`${callee.name}\` is a function`);
    return;
  }
  const row = instructionRow(context, callee);
  if (row.immediate === undefined) context.report.error('TFW202', node, `\`${row.name}\` has no immediate; leave out \`#\``);
  else if ((call as Call).args[0] !== node) context.report.error('TFW202', node, 'the immediate is the first argument');
  else expectFits(context, node, node.value, row.immediate, `the immediate of \`${row.name}\``);
}

/** Whatever is on the stack when an exception return leaves a function would stay there for ever. */
function returnsFromException(node: Call, context: Context): void {
  const instruction = calleeOf(node);
  if (!instruction || isFn(instruction) || instructionRow(context, instruction).control !== 'return') return;
  const code = codeAround(node);
  if (code && isFn(code) && !endsSuspend(node)) {
    context.report.error(
      'TFW302',
      node,
      `\`${instruction.name}()\` stands only in a vector, an entry or at the end of a \`suspend\`, and \`${code.name}\` is a function; return from it first`,
    );
  }
}

/** Whether a call is the last statement of a `suspend`, whose frame waits for being resumed. */
function endsSuspend({ $container: statement }: Call): boolean {
  const block = statement.$container;
  return isExprStatement(statement) && isBlock(block) && isSuspend(block.$container) && block.statements.at(-1) === statement;
}
