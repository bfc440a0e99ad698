/** The requests that move the program. */
import type { HandlersOf } from '../requests.ts';
import { exceptionInfo } from './exception.ts';

export const executionRequests: HandlersOf<
  'continue' | 'next' | 'stepIn' | 'stepOut' | 'stepBack' | 'reverseContinue' | 'pause' | 'exceptionInfo'
> = {
  continue: {
    needs: 'stop',
    run(session, args, exchange) {
      session.program.core(args.integer('threadId'));
      session.execution.run(exchange);
      return { allThreadsContinued: true };
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
  pause: { needs: 'program', run: (session) => void session.execution.pause() },
  exceptionInfo: { needs: 'stop', run: (session) => exceptionInfo(session) },
};
