/** The console, watches and hovers: expressions of `.tfw` without side effects, and the console's verbs. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Arguments } from '../arguments.ts';
import type { Frame } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import type { HandlersOf } from '../requests.ts';
import type { Session } from '../session.ts';
import { topFrame } from '../stack/top.ts';
import type { Node } from '../variables/expandable.ts';
import { register } from '../variables/registers.ts';
import { compileIn, show } from '../variables/typed.ts';
import { complete } from './completions.ts';
import { verbOf } from './verbs.ts';

export const consoleRequests: HandlersOf<'evaluate' | 'completions'> = {
  evaluate: {
    needs: 'stop',
    async run(session, args, exchange) {
      const expression = args.text('expression').trim();
      const frame = frameOf(session, args);
      const verb = args.text('context', '') === 'repl' ? verbOf(expression) : undefined;
      if (verb) return { result: await verb.row.run({ session, frame, exchange }, verb.rest), variablesReference: 0 };
      if (expression === '') throw new RequestError('expression', 'There is nothing to evaluate.');
      if (!frame) throw new RequestError('expression', 'There is no code here in which the expression could mean something.');
      return toResult(session, evaluate(session, frame, expression, args.object('format').flag('hex')));
    },
  },

  completions: {
    needs: 'stop',
    run(session, args) {
      const line = args.text('text').split('\n')[args.has('line') ? session.client.fromLine(args.integer('line')) : 0] ?? '';
      const before = line.slice(0, Math.max(0, session.client.fromColumn(args.integer('column'))));
      return { targets: complete(session.program, frameOf(session, args), before) };
    },
  },
};

/** A register by itself opens into its fields; everything else into what its type says. */
function evaluate({ program }: Session, frame: Frame, expression: string, asHex: boolean): Node {
  const compiled = compileIn(program, frame, expression);
  if (compiled.register !== undefined && program.architecture.registers[compiled.register].name === expression) {
    return register(program, frame, compiled.register);
  }
  const node = show(program, frame, expression, expression, compiled, asHex);
  if (node.hint?.attributes?.includes('failedEvaluation')) throw new RequestError('expression', node.value);
  return node;
}

function toResult(session: Session, { value, type, memoryReference, hint, children }: Node): DebugProtocol.EvaluateResponse['body'] {
  return {
    result: value,
    variablesReference: children ? session.handles.variables.add(children) : 0,
    ...(children?.indexed !== undefined && { indexedVariables: children.indexed }),
    ...(type !== undefined && { type }),
    ...(memoryReference !== undefined && { memoryReference }),
    ...(hint && { presentationHint: hint }),
  };
}

/** The frame that was asked in, where it has code; else what the user looks at. */
function frameOf({ program, handles }: Session, args: Arguments): Frame | undefined {
  const frame = args.has('frameId') ? handles.frames.get(args.integer('frameId')) : undefined;
  return frame?.kind === 'code' ? frame : topFrame(program, frame?.core ?? program.stop?.core ?? 0);
}
