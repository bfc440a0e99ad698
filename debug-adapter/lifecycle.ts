/** From `initialize` to the end, and again from the start. */
import type { Diagnostic } from '../language/index.ts';
import type { Arguments } from './arguments.ts';
import { capabilities } from './capabilities.ts';
import { Client } from './client.ts';
import { Debuggee } from './debuggee.ts';
import type { StopSet } from './engine/engine.ts';
import { RequestError } from './errors.ts';
import { parseNumber } from './format.ts';
import type { LaunchAttributes } from './protocol.ts';
import type { Exchange, HandlersOf } from './requests.ts';
import type { Session } from './session.ts';
import { compileFrom } from './sources.ts';
import { ENTRY } from './stops/outcome.ts';
import { fileName, toUri } from './uri.ts';

export const lifecycleRequests: HandlersOf<
  'initialize' | 'launch' | 'configurationDone' | 'restart' | 'terminate' | 'disconnect' | 'cancel'
> = {
  initialize: {
    needs: 'nothing',
    run(session, args) {
      if (session.status !== 'new') throw new RequestError('notInitialized');
      session.client = new Client(args);
      session.status = 'ready';
      return capabilities();
    },
  },

  launch: {
    needs: 'client',
    async run(session, args, exchange) {
      if (session.launching) throw new RequestError('alreadyLaunched');
      session.launching = true;
      try {
        adopt(session, await make(session, attributesOf(args)));
      } catch (error) {
        session.launching = false;
        throw error;
      }
      // Now breakpoints can be bound: the client may send them.
      exchange.afterwards(() => session.event('initialized'));
    },
  },

  configurationDone: {
    needs: 'program',
    run(session, _, exchange) {
      if (session.status !== 'ready') throw new RequestError('alreadyLaunched');
      begin(session, exchange);
    },
  },

  restart: {
    needs: 'program',
    async run(session, args, exchange) {
      const { launch } = session.program;
      const given = args.object('arguments');
      const attributes = given.has('program') ? attributesOf(given) : launch;
      const next = await make(session, attributes);
      session.execution.abandon();
      adopt(session, next);
      const { client, breakpoints } = session;
      exchange.afterwards(() => {
        for (const breakpoint of breakpoints.all)
          session.event('breakpoint', { reason: 'changed', breakpoint: breakpoint.toProtocol(client) });
      });
      begin(session, exchange);
    },
  },

  terminate: {
    needs: 'client',
    run(session, _, exchange) {
      session.execution.abandon();
      exchange.afterwards(() => session.end());
    },
  },

  // Nobody listens any more: there is nothing to say but goodbye.
  disconnect: {
    needs: 'nothing',
    run(session) {
      session.execution.abandon();
      session.status = 'ended';
    },
  },

  cancel: {
    needs: 'client',
    run(session, args) {
      if (args.has('requestId')) session.cancel(args.integer('requestId'));
    },
  },
};

const ENTRIES = ['entry', 'reset'] as const;

function attributesOf(args: Arguments): LaunchAttributes {
  const { schedule } = args.raw;
  const seeded = typeof schedule === 'object' && schedule !== null;
  return {
    program: args.text('program'),
    ...(args.has('scenario') && { scenario: args.text('scenario') }),
    stopOnEntry: args.raw.stopOnEntry === false ? false : args.oneOf('stopOnEntry', ENTRIES, 'entry'),
    ...(args.has('schedule') && {
      schedule: seeded ? { seed: args.object('schedule').integer('seed') } : args.oneOf('schedule', ['roundRobin'] as const, 'roundRobin'),
    }),
    ...(args.has('args') && { args: argsOf(args.object('args')) }),
    ...(args.has('seed') && { seed: args.count('seed') }),
    ...(args.has('stepLimit') && { stepLimit: args.count('stepLimit') }),
    noDebug: args.flag('noDebug'),
  };
}

/** Numbers, or texts as `.tfw` writes them. */
function argsOf(args: Arguments): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(args.raw).map(([name, value]) => {
      const given = typeof value === 'number' || typeof value === 'string' ? value : '';
      if (parseNumber(String(given)) === undefined) throw new RequestError('malformed', `launch.args.${name} must be a number`);
      return [name, given];
    }),
  );
}

/** Makes a program to debug; one that does not compile changes nothing. */
async function make(session: Session, attributes: LaunchAttributes): Promise<Debuggee> {
  const { host, tools, handles } = session;
  const { scenario, schedule, seed } = attributes;
  const args = Object.fromEntries(Object.entries(attributes.args ?? {}).map(([name, value]) => [name, parseNumber(String(value)) ?? 0n]));
  const { program, diagnostics } = await compileFrom(host, tools, toUri(attributes.program), { scenario, schedule, seed, args });
  if (session.ended) throw new RequestError('cancelled');
  for (const diagnostic of diagnostics) report(session, diagnostic);
  if (!program) throw new RequestError('compile', failure(session, diagnostics), true);
  return new Debuggee(program, tools.createEngine(program), attributes, handles);
}

function adopt(session: Session, debuggee: Debuggee): void {
  session.debuggee = debuggee;
  session.breakpoints.rebind(debuggee, session.execution.print);
}

/** Runs to where the user wants to begin. */
function begin(session: Session, exchange: Exchange): void {
  const { execution } = session;
  const { stopOnEntry, noDebug } = session.program.launch;
  const [entry] = session.program.program.entries;
  if (noDebug) execution.run(exchange, () => ({ words: [], events: [] }));
  else if (stopOnEntry === 'reset' || (stopOnEntry === 'entry' && fromReset(session)))
    exchange.afterwards(execution.settle({ reason: 'entry', core: 0, description: 'Reset' }));
  else execution.run(exchange, stopOnEntry === 'entry' && entry ? () => bootStops(session, entry) : undefined);
}

/** Whether the scenario wants its boot debugged too: `core 0 runs … from reset`. No run comes to where it starts. */
function fromReset({ program: { program, engine } }: Session): boolean {
  const [entry] = program.entries;
  return entry !== undefined && engine.position === 0 && engine.machine.cores[entry.core].upcoming() === entry.word;
}

/** The boot of a system is not what was asked for: only its faults stop it on the way to the first word of the scenario. */
function bootStops({ breakpoints }: Session, entry: Session['program']['program']['entries'][number]): StopSet {
  const faults = breakpoints.stops((breakpoint) => breakpoint.onlyFaults);
  return { words: [{ id: ENTRY, words: [entry.word], core: entry.core }], events: faults.events };
}

function report(session: Session, { severity, code, message, range }: Diagnostic): void {
  const { client } = session;
  const line = client.toLine(range.line);
  session.output(severity === 'error' ? 'stderr' : 'console', `${fileName(range.uri)}:${line}: ${severity} ${code}: ${message}`, {
    source: client.source(range.uri),
    line,
    column: client.toColumn(range.column),
  });
}

function failure({ client }: Session, diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (!first) return 'The program does not compile.';
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${fileName(first.range.uri)}:${client.toLine(first.range.line)}: ${first.message}${others}`;
}
