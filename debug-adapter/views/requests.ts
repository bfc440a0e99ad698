/** Our own requests: what views ask that the protocol has no word for. */
import type { Arguments } from '../arguments.ts';
import { completeNames } from '../breakpoints/functions.ts';
import { eventTree, setEventBreakpoints } from '../breakpoints/tree.ts';
import { RequestError } from '../errors.ts';
import { hex, parseNumber } from '../format.ts';
import { placeOf } from '../memory/requests.ts';
import { whyUnreadableAt } from '../memory/unreadable.ts';
import type { RequestName } from '../protocol.ts';
import type { HandlersOf } from '../requests.ts';
import { positionOf } from '../stops/position.ts';
import { declaredViews } from './declared.ts';
import { eventEntries } from './events.ts';
import { accessTrace, explainFault } from './explain.ts';
import { granuleHistory, PAGE, valueHistory } from './history.ts';
import { tags } from './tags.ts';
import { findExpressionWriter, findTagWriter, travel } from './travel.ts';
import type { TravelRequest } from './travel-requests.ts';
import { worlds } from './worlds.ts';

export const viewRequests: HandlersOf<Exclude<RequestName, TravelRequest>> = {
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
      eventEntries(program, {
        start: args.count('start', 0),
        count: args.count('count', 0),
        filter: args.phrase('filter'),
        ...(args.has('kinds') && { kinds: args.texts('kinds') }),
        ...(args.has('core') && { core: args.count('core') }),
      }),
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

  'worldstep/accessTrace': {
    needs: 'stop',
    run: (session, args) => accessTrace(session, args.has('step') ? args.count('step') : session.program.engine.position - 1),
  },

  'worldstep/whyUnreadable': {
    needs: 'stop',
    run(session, args) {
      const text = whyUnreadableAt(session.program, placeOf(session, args));
      return text === undefined ? {} : { text };
    },
  },

  'worldstep/granuleHistory': {
    needs: 'stop',
    run: (session, args) => granuleHistory(session, args.text('address'), pageOf(args)),
  },

  'worldstep/valueHistory': {
    needs: 'stop',
    run(session, args) {
      const frame = args.has('frameId') ? session.handles.frames.get(args.integer('frameId')) : undefined;
      return valueHistory(session, args.text('expression'), frame, pageOf(args));
    },
  },

  'worldstep/eventTree': { needs: 'client', run: ({ debuggee }) => ({ groups: eventTree(debuggee) }) },
  'worldstep/setEventBreakpoints': { needs: 'program', run: setEventBreakpoints },
  'worldstep/breakpointNames': {
    needs: 'program',
    run: ({ program }, args) => ({ names: completeNames(args.text('text'), program) }),
  },
};

const pageOf = (args: Arguments): { count: number; before?: number } => ({
  count: args.count('count', PAGE),
  ...(args.has('before') && { before: args.count('before') }),
});
