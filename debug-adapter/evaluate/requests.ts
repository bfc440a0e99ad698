/** The console, watches and hovers: expressions of `.tfw` without side effects, and the console's verbs. */
import type { Arguments } from '../arguments.ts';
import type { Frame } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import type { HandlersOf } from '../requests.ts';
import type { Session } from '../session.ts';
import { topFrame } from '../stack/top.ts';
import { assign } from '../variables/assign.ts';
import { evaluateIn, toEvaluated } from '../variables/evaluated.ts';
import { assignmentOf } from './assignment.ts';
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
      const asHex = args.object('format').flag('hex');
      const change = args.text('context', '') === 'repl' ? assignmentOf(expression) : undefined;
      if (change) assign(session, exchange, frame, change.to, change.value);
      const node = evaluateIn(session.program, frame, change?.to ?? expression, asHex);
      const { value: result, ...evaluated } = toEvaluated(session, node);
      return { result, ...evaluated, ...(node.hint && { presentationHint: node.hint }) };
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

/** The frame that was asked in, where it has code; else what the user looks at. */
function frameOf({ program, handles }: Session, args: Arguments): Frame | undefined {
  const frame = args.has('frameId') ? handles.frames.get(args.integer('frameId')) : undefined;
  return frame?.kind === 'code' ? frame : topFrame(program, frame?.core ?? program.stop?.core ?? 0);
}
