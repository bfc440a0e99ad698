/** The requests that move the program. */
import type { HandlersOf } from '../requests.ts';
import type { Session } from '../session.ts';
import { exceptionInfo } from './exception.ts';
import { goto, gotoTargets } from './goto.ts';

export const executionRequests: HandlersOf<
  | 'continue'
  | 'next'
  | 'stepIn'
  | 'stepOut'
  | 'stepBack'
  | 'reverseContinue'
  | 'restartFrame'
  | 'stepInTargets'
  | 'gotoTargets'
  | 'goto'
  | 'pause'
  | 'exceptionInfo'
> = {
  continue: {
    needs: 'stop',
    run(session, args, exchange) {
      const core = session.program.core(args.integer('threadId'));
      const alone = args.flag('singleThread');
      session.execution.run(exchange, undefined, alone ? core : undefined);
      return { allThreadsContinued: !alone };
    },
  },
  next: { needs: 'stop', run: (session, args, exchange) => void session.execution.step(exchange, 'over', args) },
  stepIn: { needs: 'stop', run: (session, args, exchange) => void session.execution.step(exchange, 'into', args) },
  stepOut: { needs: 'stop', run: (session, args, exchange) => void session.execution.step(exchange, 'out', args) },
  stepBack: { needs: 'stop', run: (session, args, exchange) => void session.execution.stepBack(exchange, 'over', args) },
  reverseContinue: {
    needs: 'stop',
    run(session, args, exchange) {
      session.program.core(args.integer('threadId'));
      session.execution.reverse(exchange);
    },
  },
  restartFrame: {
    needs: 'stop',
    run(session, args, exchange) {
      const { core, index } = frameAt(session, args.integer('frameId'));
      session.execution.restartFrame(exchange, core, index);
    },
  },
  stepInTargets: {
    needs: 'stop',
    run(session, args) {
      const { client, program } = session;
      const { core, index } = frameAt(session, args.integer('frameId'));
      // Only what is about to execute can be stepped into; below, the calls are made already.
      const targets = index === 0 ? program.engine.stepTargets(core) : [];
      return { targets: targets.map(({ id, text, word }) => ({ id, label: text, ...client.place(word.range) })) };
    },
  },
  gotoTargets: { needs: 'stop', run: (session, args) => ({ targets: gotoTargets(session, args) }) },
  goto: { needs: 'stop', run: (session, args, exchange) => goto(session, exchange, args) },
  pause: { needs: 'program', run: (session) => void session.execution.pause() },
  exceptionInfo: { needs: 'stop', run: (session) => exceptionInfo(session) },
};

/** The core that a frame is of, and its place on the stack. */
function frameAt({ handles, program }: Session, frameId: number): { readonly core: number; readonly index: number } {
  const { core } = handles.frames.get(frameId);
  return { core, index: program.stack(core).findIndex(({ id }) => id === frameId) };
}
