/** Runs pure functions for views: `let`, `var`, `if`, `while`, `for`, `match` and `return`, as the words of an image would. */
import { bitsOf } from '../check/type-of.ts';
import type { ImageContext } from '../lower/context.ts';
import type { BinaryOperator } from '../lower/ir.ts';
import {
  type Block,
  type ExprStatement,
  type Fn,
  type For,
  isBlock,
  isCall,
  isName,
  type Let,
  type Local,
  type Match,
  type MatchArm,
  type Statement,
} from '../syntax/generated/ast.ts';
import { type ViewEye, ViewProblem } from './eyes.ts';
import { type Invoke, Scope } from './scope.ts';

/** How a statement went: on, or out of a loop or function. */
type Way = 'on' | 'break' | 'continue' | 'return';
type Run = (eye: ViewEye) => Way;

/** The functions of one image, compiled when they are first called. */
export function functionsOf(image: ImageContext): Invoke {
  const known = new Map<Fn, (eye: ViewEye, args: readonly bigint[]) => bigint>();
  const invoke: Invoke = (fn) => (eye, args) => {
    let code = known.get(fn);
    if (!code) {
      code = functionCode(fn, new Scope(image, invoke));
      known.set(fn, code);
    }
    return code(eye, args);
  };
  return invoke;
}

function functionCode(fn: Fn, scope: Scope): (eye: ViewEye, args: readonly bigint[]) => bigint {
  for (const param of fn.params) scope.declare(param);
  const body = block(fn.body, scope);
  return (eye, args) =>
    eye.within([...args], () => {
      eye.result = 0n;
      body(eye);
      return eye.result;
    });
}

function block({ statements }: Block, scope: Scope): Run {
  const runs = statements.map((each) => statement(each, scope));
  return (eye) => {
    for (const run of runs) {
      const way = run(eye);
      if (way !== 'on') return way;
    }
    return 'on';
  };
}

type Compilers = { readonly [K in Statement['$type']]?: (node: Extract<Statement, { $type: K }>, scope: Scope) => Run };

const COMPILERS: Compilers = {
  Let: define,
  Local: define,
  If: (s, scope) => {
    const condition = scope.compile(s.condition);
    const then = block(s.then, scope);
    const otherwise = s.else && (isBlock(s.else) ? block(s.else, scope) : statement(s.else, scope));
    return (eye) => (condition(eye) !== 0n ? then(eye) : (otherwise?.(eye) ?? 'on'));
  },
  While: (s, scope) => {
    const condition = scope.compile(s.condition);
    const body = block(s.body, scope);
    return (eye) => {
      while (condition(eye) !== 0n) {
        const way = body(eye);
        if (way === 'break') break;
        if (way === 'return') return way;
      }
      return 'on';
    };
  },
  For: counted,
  Match: match,
  Return: (s, scope) => {
    const value = s.value && scope.compile(s.value);
    return (eye) => {
      eye.result = value?.(eye) ?? 0n;
      return 'return';
    };
  },
  Break: () => () => 'break',
  Continue: () => () => 'continue',
  Panic: () => () => {
    throw new ViewProblem('it panics');
  },
  ExprStatement: assignment,
};

function statement(node: Statement, scope: Scope): Run {
  const compiler = COMPILERS[node.$type] as ((node: Statement, scope: Scope) => Run) | undefined;
  if (compiler) return compiler(node, scope);
  return () => {
    throw new ViewProblem('a view cannot do this');
  };
}

function define(s: Let | Local, scope: Scope): Run {
  const value = s.value && scope.compile(s.value);
  const slot = scope.declare(s);
  return (eye) => {
    eye.frame[slot] = value?.(eye) ?? 0n;
    return 'on';
  };
}

function assignment(s: ExprStatement, scope: Scope): Run {
  const { target, operator, value } = s;
  if (!operator || !value) {
    const call = isCall(target) ? scope.compile(target) : undefined;
    return (eye) => {
      call?.(eye);
      return 'on';
    };
  }
  const slot = isName(target) && target.ref.ref ? scope.slot(target.ref.ref) : undefined;
  const bits = bitsOf(scope.typeOf(target));
  const result =
    operator === '='
      ? scope.compile(value)
      : scope.value(() => ({
          op: 'binary',
          operator: operator.slice(0, -1) as BinaryOperator,
          left: scope.expressions.value(target),
          right: scope.expressions.value(value),
          bits,
        }));
  return (eye) => {
    if (slot === undefined) throw new ViewProblem('a view stores nothing');
    eye.frame[slot] = BigInt.asUintN(bits, result(eye));
    return 'on';
  };
}

function counted(s: For, scope: Scope): Run {
  const [from, to] = [scope.compile(s.from), scope.compile(s.to)];
  const slot = scope.declare(s.variable);
  const body = block(s.body, scope);
  return (eye) => {
    const end = to(eye);
    for (let i = from(eye); i < end; i++) {
      eye.spend();
      eye.frame[slot] = i;
      const way = body(eye);
      if (way === 'break') break;
      if (way === 'return') return way;
    }
    return 'on';
  };
}

function match(s: Match, scope: Scope): Run {
  const value = scope.compile(s.value);
  const arms = s.arms.map((arm) => ({
    takes: patternsOf(arm, scope),
    run: isBlock(arm.body) ? block(arm.body, scope) : statement(arm.body, scope),
  }));
  return (eye) => {
    const subject = value(eye);
    return arms.find(({ takes }) => takes(eye, subject))?.run(eye) ?? 'on';
  };
}

function patternsOf({ isElse, patterns }: MatchArm, scope: Scope): (eye: ViewEye, subject: bigint) => boolean {
  const bounds = patterns.map(({ from, to }) => ({ from: scope.compile(from), to: scope.compile(to ?? from) }));
  return (eye, subject) => isElse || bounds.some(({ from, to }) => from(eye) <= subject && subject <= to(eye));
}
