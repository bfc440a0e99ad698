/**
 * What must hold besides the place: condition, then hit condition, then, for a log point, nothing ever does. A gate is made
 * for each word, because names mean what they mean there.
 */
import { type Asked, compileCondition, type WordInfo } from '../../language/index.ts';
import type { Event, Eye } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import { look, orElse } from '../look.ts';
import type { EventTarget, Found, Wish } from './breakpoint.ts';
import type { DataTarget } from './data.ts';
import { HIT_SYNTAX, type Hits, parseHitCondition } from './hits.ts';
import { compileLog } from './log.ts';
import { placesIn } from './where.ts';

export interface Gate {
  readonly word?: WordInfo;
  readonly target?: EventTarget;
  readonly data?: DataTarget;
  passes(eye: Eye, event?: Event): boolean;
  /** Counts a hit, and nothing else. */
  note(eye: Eye, event?: Event): void;
}

/** Prints a line of a log point, with the word that it stands at; not while the past is being replayed. */
export type Printer = (text: string, at: WordInfo | undefined) => void;

/** Where a gate stands. */
type Place = Pick<Gate, 'word' | 'target' | 'data'>;

type Test = (eye: Eye, event?: Event) => boolean;

export function openGates(debuggee: Debuggee, wish: Wish, found: Found, print: Printer, hits: Hits): Gate[] | { readonly problem: string } {
  const hitTest = wish.hitCondition === undefined ? () => true : parseHitCondition(wish.hitCondition);
  if (!hitTest) return { problem: HIT_SYNTAX };
  const places: readonly Place[] = [
    ...found.words.map((word) => ({ word })),
    ...found.events.map((target) => ({ target })),
    ...(found.data ?? []).map((data) => ({ data })),
  ];
  const gates: Gate[] = [];
  for (const place of places) {
    const tests = compileTests(debuggee, wish, place, print);
    if ('problem' in tests) return tests;
    const { condition, log } = tests;
    const count = (event: Event | undefined): number => hits.count(event ? event.step + 1 : debuggee.engine.machine.steps);
    gates.push({
      ...place,
      passes: (eye, event) => condition(eye, event) && hitTest(count(event)) && log(eye, event),
      note: (eye, event) => {
        if (condition(eye, event)) count(event);
      },
    });
  }
  return gates;
}

interface Tests {
  readonly condition: Test;
  /** Prints and is never true, or is always true where there is nothing to print. */
  readonly log: Test;
}

function compileTests(debuggee: Debuggee, wish: Wish, place: Place, print: Printer): Tests | { problem: string } {
  const condition = compileWish(debuggee, wish.condition, place);
  if ('problem' in condition) return condition;
  if (wish.logMessage === undefined) return { condition: condition.test, log: () => true };
  const log = compileLog(debuggee, wish.logMessage, askedAt(place));
  if ('problem' in log) return log;
  return {
    condition: condition.test,
    log: (eye, event) => {
      print(log.text(eye, event), place.word);
      return false;
    },
  };
}

function compileWish(debuggee: Debuggee, text: string | undefined, place: Place): { test: Test } | { problem: string } {
  if (text === undefined) return { test: () => true };
  const compiled = compileCondition(debuggee.program, text, askedAt(place));
  if (typeof compiled === 'function') return { test: readable(compiled) };
  // Names of the program come first; what it has no name for is asked of the machine. Data do not say who wrote them.
  const places = place.data ? undefined : placesIn(text, debuggee);
  if (!places) return { problem: compiled[0].message };
  const rest = compileWish(debuggee, places.rest === '' ? undefined : places.rest, place);
  if ('problem' in rest) return rest;
  return { test: (eye, event) => places.test(event) && rest.test(eye, event) };
}

/** What cannot be read is not so: a condition over memory that is not there yet must not stop the run. */
function readable(compiled: Test): Test {
  return (eye, event) =>
    orElse(
      look(eye, () => compiled(eye, event)),
      false,
    );
}

/** What names mean there. */
function askedAt({ word, target }: Place): Asked {
  return {
    ...(word && { at: word }),
    ...(target && (target.firmwareEvent === undefined ? { event: target.kinds[0] } : { firmwareEvent: target.firmwareEvent })),
  };
}
