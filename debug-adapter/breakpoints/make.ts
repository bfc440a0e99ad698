/** Making breakpoints of what a client asks for, and telling it what became of them. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Arguments } from '../arguments.ts';
import type { Session } from '../session.ts';
import { Breakpoint, type BreakpointKind, type Wish } from './breakpoint.ts';

type Find = ConstructorParameters<typeof Breakpoint>[3];

export function make(session: Session, kind: BreakpointKind, wanted: Arguments | undefined, find: Find): Breakpoint {
  const wish: Wish = {
    condition: wanted?.phrase('condition'),
    hitCondition: wanted?.phrase('hitCondition'),
    logMessage: wanted?.phrase('logMessage'),
  };
  return new Breakpoint(session.breakpoints.nextId(), kind, wish, find, JSON.stringify(wanted?.raw));
}

/** Puts breakpoints in the place of those that were set under the same key. */
export function answer(session: Session, key: string, breakpoints: readonly Breakpoint[]): { breakpoints: DebugProtocol.Breakpoint[] } {
  session.breakpoints.set(key, breakpoints, session.program, session.execution.print);
  session.execution.refresh();
  return { breakpoints: breakpoints.map((breakpoint) => breakpoint.toProtocol(session.client)) };
}
