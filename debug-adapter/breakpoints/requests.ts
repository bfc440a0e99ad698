/** The requests that set breakpoints, and the one that asks where they can be. */
import type { Arguments } from '../arguments.ts';
import type { HandlersOf } from '../requests.ts';
import type { Session } from '../session.ts';
import { toUri, uriKey } from '../uri.ts';
import { type Found, nothing } from './breakpoint.ts';
import { findFilter } from './filters.ts';
import { findNamed } from './functions.ts';
import { answer, make } from './make.ts';

export const breakpointRequests: HandlersOf<
  'setBreakpoints' | 'breakpointLocations' | 'setFunctionBreakpoints' | 'setExceptionBreakpoints' | 'setInstructionBreakpoints'
> = {
  setBreakpoints: {
    needs: 'program',
    run(session, args) {
      const uri = sourceOf(session, args);
      // Some clients still send the lines alone.
      const lines = args.has('breakpoints') ? args.objects('breakpoints') : [];
      const breakpoints = lines.map((wanted) => {
        const line = session.client.fromLine(wanted.integer('line'));
        const column = wanted.has('column') ? session.client.fromColumn(wanted.integer('column')) : 0;
        return make(session, 'breakpoint', wanted, (debuggee) => {
          const statement = debuggee.statements.at(uri, line, column);
          if (statement) return { words: statement.words, events: [], at: statement.range };
          return nothing(
            debuggee.statements.has(uri) ? 'No statement starts here or below.' : 'The program that runs is not made of this file.',
          );
        });
      });
      return answer(session, `source ${uriKey(uri)}`, breakpoints);
    },
  },

  breakpointLocations: {
    needs: 'program',
    run(session, args) {
      const { client } = session;
      const from = client.fromLine(args.integer('line'));
      const to = args.has('endLine') ? client.fromLine(args.integer('endLine')) : from;
      const statements = session.program.statements.within(sourceOf(session, args), from, to);
      return { breakpoints: statements.map(({ range }) => ({ line: client.toLine(range.line), column: client.toColumn(range.column) })) };
    },
  },

  setFunctionBreakpoints: {
    needs: 'program',
    run(session, args) {
      const breakpoints = args.objects('breakpoints').map((wanted) => {
        const name = wanted.text('name');
        return make(session, 'function breakpoint', wanted, (debuggee) => findNamed(name, debuggee));
      });
      return answer(session, 'functions', breakpoints);
    },
  },

  setExceptionBreakpoints: {
    needs: 'program',
    run(session, args) {
      const plain = args.texts('filters').map((id) => make(session, 'event', undefined, (debuggee) => findFilter(id, debuggee)));
      const optional = args.objects('filterOptions').map((wanted) => {
        const id = wanted.text('filterId');
        return make(session, 'event', wanted, (debuggee) => findFilter(id, debuggee));
      });
      // In the order of the request: that is how clients know which is which.
      return answer(session, 'events', [...plain, ...optional]);
    },
  },

  setInstructionBreakpoints: {
    needs: 'program',
    run(session, args) {
      const breakpoints = args.objects('breakpoints').map((wanted) => {
        const reference = wanted.text('instructionReference');
        const offset = wanted.integer('offset', 0);
        return make(session, 'instruction breakpoint', wanted, (debuggee): Found => {
          const place = debuggee.addresses.parse(reference, offset);
          const word = place && debuggee.addresses.wordAt(place);
          if (!word) return nothing('There is no instruction at this address.');
          return { words: [word], events: [], at: word.range, reference: debuggee.addresses.refer(place) };
        });
      });
      return answer(session, 'instructions', breakpoints);
    },
  },
};

function sourceOf(session: Session, args: Arguments): string {
  return toUri(session.client.sourceUri(args.object('source')) ?? '');
}
