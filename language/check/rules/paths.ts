/** Paths through functions: results on all of them, recursion without end, frames that outgrow every stack. */
import { type AstNode, AstUtils } from 'langium';
import { type Call, type Entry, type Fn, isCall, isFn, type Statement, type Vector } from '../../syntax/generated/ast.ts';
import { type Context, calleeOf, isBroken, isOpen, type Rules } from '../context.ts';
import { completes } from '../flow.ts';
import { leastFrame, MAX_FRAME } from '../frames.ts';
import { Circles } from '../recursion.ts';

export const pathRules: Rules = { Fn: [returns, recursion, frame], Vector: [ends, frame], Entry: [ends, frame] };

function returns(node: Fn, context: Context): void {
  const { types, report } = context;
  if (!completes(types, node.body) || isOpen(context, node) || isBroken(context, node)) return;
  if (node.never) report.error('TFW207', [node, 'name'], `\`${node.name}\` is declared \`-> never\`, but its end can be reached`);
  else if (node.returns) report.error('TFW207', [node, 'name'], `\`${node.name}\` does not return a value on every path`);
}

function ends(node: Vector | Entry, context: Context): void {
  const { types, report } = context;
  if (!completes(types, node.body) || isOpen(context, node)) return;
  report.warning(
    'TFW207',
    [node, 'name'],
    `the end of \`${node.name}\` can be reached, where it panics: end it by \`eret()\`, \`finish\` or \`panic\``,
  );
}

function frame(node: Fn | Vector | Entry, { types, report }: Context): void {
  const { bytes, largest } = leastFrame(node, types);
  if (bytes <= MAX_FRAME) return;
  report.error(
    'TFW305',
    [node, 'name'],
    `the frame of \`${node.name}\` has at least ${bytes} bytes, and a stack ${MAX_FRAME}; make \`${largest}\` a static of the image`,
  );
}

/** A function that calls itself before any path can leave it, perhaps by way of others. */
function recursion(node: Fn, context: Context): void {
  const calls = (fn: Fn): readonly Fn[] =>
    certainCalls(fn, context)
      .flatMap((call) => calleeOf(call) ?? [])
      .filter(isFn);
  let circles = circlesOf.get(context.types);
  if (!circles) circlesOf.set(context.types, (circles = new Circles(calls)));
  const circle = circles.of(node);
  if (circle.length === 0) return;
  const last = calls(node).includes(node) ? node : circle.find((fn) => calls(fn).includes(node));
  const way = last === undefined || last === node ? '' : ` by way of \`${last.name}\``;
  context.report.error('TFW305', [node, 'name'], `\`${node.name}\` calls itself${way} on every path, without end`);
}

const circlesOf = new WeakMap<Context['types'], Circles>();

const known = new WeakMap<Fn, readonly Call[]>();

/** Calls that every execution of a function makes. */
function certainCalls(node: Fn, { types }: Context): readonly Call[] {
  const before = known.get(node);
  if (before) return before;
  const calls: Call[] = [];
  for (const statement of node.body.statements) {
    calls.push(...certainCallsOf(statement));
    if (!completes(types, statement) || leaves(statement)) break;
  }
  known.set(node, calls);
  return calls;
}

/** Heads of compound statements are certain to be evaluated, their blocks are not; nor is the right of `&&`. */
const CERTAIN: Readonly<Record<string, string>> = { If: 'condition', While: 'condition', Match: 'value', For: 'from' };

function certainCallsOf(statement: Statement): Call[] {
  // A fault may leave the first block at once, and without one the second is skipped.
  if (statement.$type === 'Guarded') return [];
  const head = CERTAIN[statement.$type];
  const roots = head ? [(statement as unknown as Record<string, AstNode>)[head]] : [statement];
  return roots.flatMap((root) => [...certainNodes(root)].filter(isCall));
}

function* certainNodes(node: AstNode): Generator<AstNode> {
  yield node;
  if (node.$type === 'Binary' && ['&&', '||'].includes((node as { operator?: string }).operator ?? '')) {
    yield* certainNodes((node as unknown as { left: AstNode }).left);
    return;
  }
  for (const child of AstUtils.streamContents(node)) yield* certainNodes(child);
}

/** Whether a path through a statement leaves the function, so that what follows is not certain. */
const LEAVING: ReadonlySet<string> = new Set(['Return', 'Panic', 'Finish', 'Resume']);
const leaves = (statement: Statement): boolean => AstUtils.streamAst(statement).some((node) => LEAVING.has(node.$type));
