/** From `initialize` to the end, and again from the start. */
import type { Diagnostic } from '../language/index.ts';
import { capabilities } from './capabilities.ts';
import { Client } from './client.ts';
import { Debuggee, type Stop } from './debuggee.ts';
import { optionsOf, parseRunFile, type RunFile, RunFileError, type StopSet } from './engine/engine.ts';
import { RequestError } from './errors.ts';
import { attributesOf, runOptions } from './launch.ts';
import type { LaunchAttributes } from './protocol.ts';
import type { Exchange, HandlersOf } from './requests.ts';
import type { Session } from './session.ts';
import { compileFrom } from './sources.ts';
import { ENTRY, endStop, nextCore } from './stops/outcome.ts';
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
      // There is one work at a time, so the progress that is shown is of this one.
      if (args.has('progressId')) session.driver.cancel();
    },
  },
};

/** Makes a program to debug; one that does not compile changes nothing. */
async function make(session: Session, attributes: LaunchAttributes): Promise<Debuggee> {
  const { host, tools, handles } = session;
  const saved = attributes.run === undefined ? undefined : await readRun(session, attributes.run);
  const scenario = saved?.program.scenario ?? attributes.scenario;
  const options = saved ? optionsOf(saved) : runOptions(attributes);
  const { program, diagnostics } = await compileFrom(host, tools, toUri(attributes.program), { scenario, ...options });
  if (session.ended) throw new RequestError('cancelled');
  for (const diagnostic of diagnostics) report(session, diagnostic);
  if (!program) throw new RequestError('compile', failure(session, diagnostics), true);
  const debuggee = new Debuggee(program, tools.createEngine(program), attributes, handles, saved);
  // A run of another program is refused before anything is debugged.
  if (saved) await loadRun(session, debuggee, saved);
  return debuggee;
}

async function readRun({ host }: Session, path: string): Promise<RunFile> {
  const text = await host.read(toUri(path));
  if (text === undefined) throw new RequestError('runFile', `There is no run file ${path}.`, true);
  return asked(() => parseRunFile(text));
}

async function loadRun(session: Session, { engine }: Debuggee, saved: RunFile): Promise<void> {
  try {
    await session.drive('Replaying the saved run', engine.load(saved));
  } catch (error) {
    throw refused(error);
  }
}

function asked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw refused(error);
  }
}

/** A file that does not fit is the user's to know of. */
function refused(error: unknown): unknown {
  return error instanceof RunFileError ? new RequestError('runFile', error.message, true) : error;
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
  const { saved } = session.program;
  if (saved) exchange.afterwards(execution.settle(arrival(session)));
  else if (noDebug) execution.run(exchange, () => ({ words: [], events: [] }));
  else if (stopOnEntry === 'reset' || (stopOnEntry === 'entry' && fromReset(session)))
    exchange.afterwards(execution.settle({ reason: 'entry', core: 0, description: 'Reset' }));
  else execution.run(exchange, stopOnEntry === 'entry' && entry ? () => bootStops(session, entry) : undefined);
}

/** A saved run begins where it stood. */
function arrival({ program }: Session): Stop {
  if (program.engine.ended) return endStop(program);
  return { reason: 'entry', core: nextCore(program), description: 'Where the saved run stood' };
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
