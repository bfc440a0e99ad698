/** Every request that the adapter answers, with the type of its answer: the table of handlers is total by construction. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Arguments } from './arguments.ts';
import type { RequestName, Requests } from './protocol.ts';
import type { Session } from './session.ts';

/** What must be there before a request makes sense. `stop` waits for what is being asked already, and fails while the program runs. */
export type Need = 'nothing' | 'client' | 'program' | 'stop';

/** One request being answered. */
export interface Exchange {
  readonly seq: number;
  /** Done once the answer is sent: events that must not overtake it. */
  afterwards(task: () => void): void;
  /** A sentence beside an answer that succeeded. */
  note(text: string): void;
}

/** Requests without an answer's body return nothing. */
type Answer<Body> = [Body] extends [undefined] ? void | Promise<void> : Body | Promise<Body>;

export interface Handler<Body> {
  readonly needs: Need;
  run(session: Session, args: Arguments, exchange: Exchange): Answer<Body>;
}

type BodyOf<R extends DebugProtocol.Response> = R['body'];

interface StandardBodies {
  initialize: BodyOf<DebugProtocol.InitializeResponse>;
  launch: undefined;
  configurationDone: undefined;
  restart: undefined;
  terminate: undefined;
  disconnect: undefined;
  cancel: undefined;
  setBreakpoints: BodyOf<DebugProtocol.SetBreakpointsResponse>;
  breakpointLocations: BodyOf<DebugProtocol.BreakpointLocationsResponse>;
  setFunctionBreakpoints: BodyOf<DebugProtocol.SetFunctionBreakpointsResponse>;
  setExceptionBreakpoints: BodyOf<DebugProtocol.SetExceptionBreakpointsResponse>;
  setInstructionBreakpoints: BodyOf<DebugProtocol.SetInstructionBreakpointsResponse>;
  dataBreakpointInfo: BodyOf<DebugProtocol.DataBreakpointInfoResponse>;
  setDataBreakpoints: BodyOf<DebugProtocol.SetDataBreakpointsResponse>;
  continue: BodyOf<DebugProtocol.ContinueResponse>;
  next: undefined;
  stepIn: undefined;
  stepOut: undefined;
  stepBack: undefined;
  reverseContinue: undefined;
  restartFrame: undefined;
  stepInTargets: BodyOf<DebugProtocol.StepInTargetsResponse>;
  gotoTargets: BodyOf<DebugProtocol.GotoTargetsResponse>;
  goto: undefined;
  pause: undefined;
  exceptionInfo: BodyOf<DebugProtocol.ExceptionInfoResponse>;
  threads: BodyOf<DebugProtocol.ThreadsResponse>;
  stackTrace: BodyOf<DebugProtocol.StackTraceResponse>;
  source: BodyOf<DebugProtocol.SourceResponse>;
  loadedSources: BodyOf<DebugProtocol.LoadedSourcesResponse>;
  modules: BodyOf<DebugProtocol.ModulesResponse>;
  scopes: BodyOf<DebugProtocol.ScopesResponse>;
  variables: BodyOf<DebugProtocol.VariablesResponse>;
  setVariable: BodyOf<DebugProtocol.SetVariableResponse>;
  setExpression: BodyOf<DebugProtocol.SetExpressionResponse>;
  locations: BodyOf<DebugProtocol.LocationsResponse>;
  evaluate: BodyOf<DebugProtocol.EvaluateResponse>;
  completions: BodyOf<DebugProtocol.CompletionsResponse>;
  readMemory: BodyOf<DebugProtocol.ReadMemoryResponse>;
  writeMemory: BodyOf<DebugProtocol.WriteMemoryResponse>;
  disassemble: BodyOf<DebugProtocol.DisassembleResponse>;
}

type Bodies = StandardBodies & { [N in RequestName]: Requests[N]['body'] };

export type Handlers = { readonly [C in keyof Bodies]: Handler<Bodies[C]> };

/** The part of the table that one concern contributes. */
export type HandlersOf<C extends keyof Bodies> = Pick<Handlers, C>;
