/** The requests that change values. */

import { RequestError } from '../errors.ts';
import type { HandlersOf } from '../requests.ts';
import { topFrame } from '../stack/top.ts';
import { assign } from './assign.ts';
import { evaluateIn, toEvaluated } from './evaluated.ts';
import { nodeNamed } from './named.ts';

export const settingRequests: HandlersOf<'setVariable' | 'setExpression'> = {
  setVariable: {
    needs: 'stop',
    async run(session, args, exchange) {
      const { frame, node } = await nodeNamed(session, args.integer('variablesReference'), args.text('name'));
      const expression = node.expression ?? node.name;
      assign(session, exchange, frame, expression, args.text('value'));
      return toEvaluated(session, evaluateIn(session.program, frame, expression, args.object('format').flag('hex')));
    },
  },

  setExpression: {
    needs: 'stop',
    run(session, args, exchange) {
      const { program, handles } = session;
      const frame = args.has('frameId') ? handles.frames.get(args.integer('frameId')) : topFrame(program, program.stop?.core ?? 0);
      if (!frame) throw new RequestError('expression', 'There is no code here in which the expression could mean something.');
      const expression = args.text('expression').trim();
      assign(session, exchange, frame, expression, args.text('value'));
      return toEvaluated(session, evaluateIn(program, frame, expression, args.object('format').flag('hex')));
    },
  },
};
