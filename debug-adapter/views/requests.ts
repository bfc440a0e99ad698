/** Our own requests: what views ask, and travels that the protocol has no word for. */
import { RequestError } from '../errors.ts';
import { hex, parseNumber } from '../format.ts';
import type { RequestName } from '../protocol.ts';
import type { HandlersOf } from '../requests.ts';
import { declaredViews } from './declared.ts';
import { eventEntries } from './events.ts';
import { explainFault } from './explain.ts';
import { tags } from './tags.ts';
import { findExpressionWriter, findTagWriter, goToEvent, goToStep, positionOf, travel } from './travel.ts';
import { worlds } from './worlds.ts';

export const viewRequests: HandlersOf<RequestName> = {
  'worldstep/worlds': {
    needs: 'stop',
    run: ({ program }) => ({ entries: worlds(program), position: positionOf(program) }),
  },

  'worldstep/tags': {
    needs: 'stop',
    run({ program }, args) {
      const limit = (name: string, otherwise: number) => {
        if (!args.has(name)) return otherwise;
        const value = parseNumber(args.text(name));
        if (value === undefined) throw new RequestError('address', `${args.text(name)} is no address`);
        return Number(value);
      };
      const page = { start: args.count('start', 0), count: args.count('count', 0) };
      return tags(program, { ...page, from: limit('from', 0), to: limit('to', Number.MAX_SAFE_INTEGER) });
    },
  },

  'worldstep/views': {
    needs: 'stop',
    run: ({ program }) => ({ views: declaredViews(program) }),
  },

  'worldstep/events': {
    needs: 'stop',
    run: ({ program }, args) =>
      eventEntries(program, { start: args.count('start', 0), count: args.count('count', 0), filter: args.phrase('filter') }),
  },

  'worldstep/goto': {
    needs: 'stop',
    async run(session, args, exchange) {
      const position = args.has('event')
        ? await goToEvent(session, exchange, args.count('event'))
        : await goToStep(session, exchange, args.count('step'));
      return { position };
    },
  },

  'worldstep/whoChangedTag': {
    needs: 'stop',
    async run(session, args, exchange) {
      const { writer, text, pa } = await findTagWriter(session, args.text('address'));
      if (!writer) return { found: false, text, position: positionOf(session.program) };
      const stop = { core: writer.core, description: `who changed the tag of ${hex(pa)}` };
      return { found: true, text, position: await travel(session, exchange, writer.step, stop) };
    },
  },

  'worldstep/whoWrote': {
    needs: 'stop',
    async run(session, args, exchange) {
      const frame = args.has('frameId') ? session.handles.frames.get(args.integer('frameId')) : undefined;
      const expression = args.text('expression');
      const { writer, text } = await findExpressionWriter(session, expression, frame);
      if (!writer) return { found: false, text, position: positionOf(session.program) };
      const stop = { core: writer.core, description: `who wrote ${expression}` };
      return { found: true, text, position: await travel(session, exchange, writer.step, stop) };
    },
  },

  'worldstep/explainFault': {
    needs: 'stop',
    async run(session) {
      const explanation = await explainFault(session);
      return explanation ? { explanation } : {};
    },
  },

  'worldstep/stepBackInto': {
    needs: 'stop',
    run(session, args, exchange) {
      session.execution.stepBack(exchange, 'into', args, true);
      return {};
    },
  },

  'worldstep/stepOutBackward': {
    needs: 'stop',
    run(session, args, exchange) {
      session.execution.stepBack(exchange, 'out', args, true);
      return {};
    },
  },

  'worldstep/finishExcursion': {
    needs: 'stop',
    run(session, args, exchange) {
      session.execution.finishExcursion(exchange, args);
      return {};
    },
  },
};
