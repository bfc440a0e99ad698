/** What a frame shows, scope by scope. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { VariableInfo } from '../../language/index.ts';
import type { Debuggee } from '../debuggee.ts';
import type { Frame } from '../engine/engine.ts';
import type { Session } from '../session.ts';
import { lastAccess } from './access.ts';
import { savedContexts } from './contexts.ts';
import { eventFields, exceptionFields, lastException } from './events.ts';
import { type Expandable, fixed } from './expandable.ts';
import { generalRegisters, systemRegisters } from './registers.ts';
import { inspect } from './typed.ts';

export interface ScopeRow {
  readonly name: string;
  readonly hint?: DebugProtocol.Scope['presentationHint'];
  /** Whether clients should wait for the user to open it. */
  readonly expensive?: boolean;
  readonly contents: Expandable;
}

/** Label frames and frames without code have none. */
export function scopesOf(session: Session, frame: Frame): ScopeRow[] {
  const debuggee = session.program;
  if (frame.kind !== 'code') return [];
  const departed = frame.live ? '' : ' (as of departure)';
  return [
    ...namedScopes(debuggee, frame),
    { name: `General registers${departed}`, hint: 'registers', contents: generalRegisters(debuggee, frame) },
    { name: `System registers${departed}`, hint: 'registers', expensive: true, contents: systemRegisters(debuggee, frame) },
    ...contextScopes(debuggee, frame),
    { name: 'Last access', expensive: true, contents: lastAccess(session, frame) },
    ...eventScopes(debuggee, frame),
  ];
}

function namedScopes(debuggee: Debuggee, frame: Frame): ScopeRow[] {
  const { word, fn, image } = frame;
  if (!word) return [];
  // Code without a stack has no frame: whatever lies at SP then is not its locals.
  const inScope = fn && word.framed ? fn.variables.filter(({ from, to }) => from <= word.index && word.index < to) : [];
  const rows: readonly { name: string; hint?: ScopeRow['hint']; variables: readonly VariableInfo[]; always?: boolean }[] = [
    { name: 'Locals', hint: 'locals', variables: inScope.filter(({ parameter }) => !parameter), always: true },
    { name: 'Arguments', hint: 'arguments', variables: inScope.filter(({ parameter }) => parameter) },
    { name: 'Statics', variables: image?.statics ?? [] },
  ];
  return rows
    .filter(({ variables, always }) => always || variables.length > 0)
    .map(({ name, hint, variables }) => ({ name, hint, contents: listed(debuggee, frame, variables) }));
}

/** Of two variables of one name the inner one, which began later, is meant. */
function listed(debuggee: Debuggee, frame: Frame, variables: readonly VariableInfo[]): Expandable {
  const names = new Set(variables.map(({ name }) => name));
  const declared = new Map(variables.map(({ name, range }) => [name, range]));
  return fixed(
    (asHex) => [...names].map((name) => ({ ...inspect(debuggee, frame, name, name, asHex), declared: declared.get(name) })),
    frame,
  );
}

function contextScopes(debuggee: Debuggee, frame: Frame): ScopeRow[] {
  const contents = savedContexts(debuggee, frame);
  return contents ? [{ name: 'Saved contexts', expensive: true, contents }] : [];
}

function eventScopes(debuggee: Debuggee, frame: Frame): ScopeRow[] {
  const exception = lastException(debuggee, frame.core);
  const { event } = debuggee.stop ?? {};
  return [
    ...(exception ? [{ name: 'Last exception', contents: exceptionFields(debuggee, exception) }] : []),
    ...(event && event.core === frame.core ? [{ name: 'Event', contents: eventFields(debuggee, event) }] : []),
  ];
}
