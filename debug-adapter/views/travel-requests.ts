/** Our own requests that move the program, through time or through runs, and those that name positions. */
import type { Arguments } from '../arguments.ts';
import type { Debuggee } from '../debuggee.ts';
import type { RunPosition } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import type { Position } from '../protocol.ts';
import type { Exchange, HandlersOf } from '../requests.ts';
import type { Session } from '../session.ts';
import { giveInputs } from '../stops/inputs.ts';
import { TARGET } from '../stops/outcome.ts';
import { positionOf } from '../stops/position.ts';
import { toUri } from '../uri.ts';
import { differenceOf } from './difference.ts';
import { bookmarkEntries, bookmarkNamed, checkedRun, runEntries, savedRun } from './runs.ts';
import { goToEvent, goToPosition } from './travel.ts';

export type TravelRequest =
  | 'worldstep/goto'
  | 'worldstep/runTo'
  | 'worldstep/stepBackInto'
  | 'worldstep/stepOutBackward'
  | 'worldstep/finishExcursion'
  | 'worldstep/finishExcursionBack'
  | 'worldstep/chooseCore'
  | 'worldstep/holdCore'
  | 'worldstep/bookmarks'
  | 'worldstep/setBookmark'
  | 'worldstep/removeBookmark'
  | 'worldstep/diff'
  | 'worldstep/runs'
  | 'worldstep/saveRun';

export const travelRequests: HandlersOf<TravelRequest> = {
  'worldstep/goto': {
    needs: 'stop',
    async run(session, args, exchange) {
      return { position: await go(session, args, exchange) };
    },
  },

  'worldstep/runTo': {
    needs: 'stop',
    run(session, args, exchange) {
      const { client, program } = session;
      const core = program.core(args.integer('threadId'));
      const uri = toUri(client.sourceUri(args.object('source')) ?? '');
      const column = args.has('column') ? client.fromColumn(args.integer('column')) : 0;
      const statement = program.statements.at(uri, client.fromLine(args.integer('line')), column);
      if (!statement) throw new RequestError('expression', 'No statement starts here or below.', true);
      const target = { words: [{ id: TARGET, words: statement.words }], events: [] };
      session.execution.runTo(exchange, core, target, args.flag('backward'));
      return {};
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

  'worldstep/finishExcursionBack': {
    needs: 'stop',
    run(session, args, exchange) {
      session.execution.finishExcursionBack(exchange, args);
      return {};
    },
  },

  'worldstep/chooseCore': {
    needs: 'stop',
    run(session, args, exchange) {
      const core = runnable(session.program, args);
      giveInputs(session, exchange, [{ kind: 'next', core }]);
      return { position: positionOf(session.program) };
    },
  },

  'worldstep/holdCore': {
    needs: 'stop',
    run(session, args, exchange) {
      const only = args.has('threadId') ? { core: runnable(session.program, args) } : {};
      giveInputs(session, exchange, [{ kind: 'only', ...only }]);
      return { position: positionOf(session.program) };
    },
  },

  'worldstep/bookmarks': { needs: 'stop', run: ({ program }) => ({ bookmarks: bookmarkEntries(program) }) },

  'worldstep/setBookmark': {
    needs: 'stop',
    run({ program }, args) {
      const name = args.phrase('name');
      if (name === undefined) throw new RequestError('malformed', 'A bookmark needs a name.');
      program.engine.bookmark(name);
      return { bookmarks: bookmarkEntries(program) };
    },
  },

  'worldstep/removeBookmark': {
    needs: 'stop',
    run({ program }, args) {
      const name = args.text('name');
      bookmarkNamed(program, name);
      program.engine.removeBookmark(name);
      return { bookmarks: bookmarkEntries(program) };
    },
  },

  'worldstep/diff': {
    needs: 'stop',
    run(session, args) {
      const position = (name: string): RunPosition => positionOrHere(session.program, args, name);
      return differenceOf(session, position('from'), position('to'));
    },
  },

  'worldstep/runs': { needs: 'stop', run: ({ program }) => ({ runs: runEntries(program) }) },
  'worldstep/saveRun': { needs: 'stop', run: ({ program }) => savedRun(program) },
};

async function go(session: Session, args: Arguments, exchange: Exchange): Promise<Position> {
  const { program } = session;
  if (args.has('event')) return goToEvent(session, exchange, args.count('event'));
  if (args.has('bookmark')) {
    const name = args.text('bookmark');
    return goToPosition(session, exchange, bookmarkNamed(program, name), `bookmark ${name}`);
  }
  const { run } = program.engine.here;
  const to = checkedRun(program, { step: args.count('step'), run: args.count('run', run) });
  return goToPosition(session, exchange, to, to.run === run ? `step ${to.step}` : `step ${to.step} of run ${to.run}`);
}

function positionOrHere(debuggee: Debuggee, args: Arguments, name: string): RunPosition {
  const { here } = debuggee.engine;
  if (!args.has(name)) return here;
  const given = args.object(name);
  return checkedRun(debuggee, { step: given.count('step'), run: given.count('run', here.run) });
}

function runnable(debuggee: Debuggee, args: Arguments): number {
  const id = debuggee.core(args.integer('threadId'));
  if (debuggee.engine.machine.cores[id].status !== 'running') throw new RequestError('expression', `Core ${id} does not run now.`, true);
  return id;
}
