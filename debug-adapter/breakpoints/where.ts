/**
 * Conditions on where something happens, which programs have no names for: `world == Realm`, `level != EL2`, `core == 1`. They
 * stand beside an expression of the program, joined by `&&`.
 */
import { EVENTS, type Event } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import { glob, parseNumber } from '../format.ts';

type WhereTest = (event: Event | undefined) => boolean;

const TERM = /^\s*(world|level|core)\s*(==|!=)\s*([\w.-]+)\s*$/;

/** What of a condition is about the place, and the rest of it; undefined where none is, or one names nothing. */
export function placesIn(text: string, debuggee: Debuggee): { readonly test: WhereTest; readonly rest: string } | undefined {
  const terms = text.split('&&');
  const tests = terms.map((term) => testOf(term, debuggee));
  const own = tests.flatMap((test) => test ?? []);
  if (own.length === 0) return undefined;
  const rest = terms.filter((_, i) => tests[i] === undefined).join('&&');
  return { test: (event) => own.every((test) => test(event)), rest: rest.trim() };
}

function testOf(term: string, debuggee: Debuggee): WhereTest | undefined {
  const [, what, operator, name] = TERM.exec(term) ?? [];
  const meant = what === undefined ? undefined : MEANT[what](name, debuggee);
  if (!meant) return undefined;
  return (event) => meant(event) === (operator === '==');
}

const MEANT: Readonly<Record<string, (name: string, debuggee: Debuggee) => WhereTest | undefined>> = {
  world(name, debuggee) {
    const { worlds, states } = debuggee.architecture;
    const index = worlds.findIndex((row) => glob(name, row.id) || glob(name, row.name));
    return index < 0 ? undefined : (event) => states[stateAt(debuggee, event)].world === index;
  },
  level(name, debuggee) {
    const { states } = debuggee.architecture;
    if (!states.some(({ level }) => glob(name, level))) return undefined;
    return (event) => glob(name, states[stateAt(debuggee, event)].level);
  },
  core(name, debuggee) {
    const number = Number(parseNumber(name) ?? -1);
    if (!debuggee.engine.machine.cores[number]) return undefined;
    return (event) => coreAt(debuggee, event) === number;
  },
};

/** The core that did it, or that is about to. */
function coreAt({ engine }: Debuggee, event: Event | undefined): number {
  return event?.core ?? engine.machine.next?.id ?? 0;
}

/** The state in which an event arose: the one that it names, else the one that its core is in. */
export function stateAt(debuggee: Debuggee, event: Event | undefined): number {
  if (event && 'from' in EVENTS[event.kind].fields && (EVENTS[event.kind].fields as { from?: string }).from === 'state') {
    return (event as unknown as { readonly from: number }).from;
  }
  return debuggee.engine.machine.cores[coreAt(debuggee, event)].state;
}
