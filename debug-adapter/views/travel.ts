/** Travelling to a position, and finding the one where something was written. */
import { describeEvent } from '../../machine/index.ts';
import type { Stop } from '../debuggee.ts';
import type { Frame, RunPosition, Target, Writer } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { hex, parseNumber } from '../format.ts';
import type { Position } from '../protocol.ts';
import type { Exchange } from '../requests.ts';
import type { Session } from '../session.ts';
import { topFrame } from '../stack/top.ts';
import { hidesHandler } from '../stops/outcome.ts';
import { positionOf } from '../stops/position.ts';
import { fileName } from '../uri.ts';
import { locate } from '../variables/locate.ts';

/** Goes to a position and stops there; the client learns of the stop after the answer to its request. */
export async function travel(
  session: Session,
  exchange: Exchange,
  to: number | RunPosition,
  stop: Omit<Stop, 'reason'>,
): Promise<Position> {
  const { program } = session;
  const { engine } = program;
  await program.away(() => session.drive('Travelling', typeof to === 'number' ? engine.seek(to) : engine.travel(to)));
  const announce = session.execution.settle({ reason: 'goto', ...stop });
  exchange.afterwards(announce);
  return positionOf(program);
}

/** Further ahead than this is a run, which can be paused, and no travel. */
const MOST_AHEAD = 50_000_000;

export async function goToStep(session: Session, exchange: Exchange, step: number, description = `step ${step}`): Promise<Position> {
  if (step > session.program.engine.position + MOST_AHEAD) {
    throw new RequestError('malformed', `Step ${step} is too far ahead: continue, and pause on the way.`);
  }
  const { program } = session;
  await program.away(() => session.drive('Travelling', program.engine.seek(step)));
  exchange.afterwards(session.execution.settle({ reason: 'goto', core: program.engine.machine.next?.id ?? 0, description }));
  return positionOf(program);
}

/** To a position of any run, with a core to look at. */
export async function goToPosition(session: Session, exchange: Exchange, to: RunPosition, description: string): Promise<Position> {
  const { engine } = session.program;
  if (to.run === engine.here.run) return goToStep(session, exchange, to.step, description);
  const { program } = session;
  await program.away(() => session.drive('Travelling', engine.travel(to)));
  exchange.afterwards(session.execution.settle({ reason: 'goto', core: engine.machine.next?.id ?? 0, description }));
  return positionOf(program);
}

/** To just after the step of an event, where a stop on it would be. */
export async function goToEvent(session: Session, exchange: Exchange, index: number): Promise<Position> {
  const { engine, names } = session.program;
  const [event] = index < engine.eventCount ? engine.events(index, 1) : [];
  if (!event) throw new RequestError('malformed', `There is no event ${index}.`);
  await session.program.away(() => session.drive('Travelling', engine.seek(event.step + 1)));
  const stop: Stop = { reason: 'goto', core: event.core, description: describeEvent(event, names), event };
  exchange.afterwards(session.execution.settle({ ...stop, handlerHidden: hidesHandler(session.program, event) }));
  return positionOf(session.program);
}

export interface Found {
  readonly writer?: Writer;
  /** A sentence either way. */
  readonly text: string;
}

export async function findTagWriter(session: Session, address: string): Promise<Found & { readonly pa: number }> {
  const pa = physicalAddress(session, address);
  return { ...(await findWriter(session, { kind: 'tag', pa }, `the tag of ${hex(pa)}`)), pa };
}

/** The last write to what an expression names: something in memory, a register, or a physical address. */
export async function findExpressionWriter(session: Session, expression: string, frame: Frame | undefined): Promise<Found> {
  const target = targetOf(session, expression, frame);
  return findWriter(session, target, target.kind === 'memory' && parseNumber(expression) !== undefined ? hex(target.pa) : expression);
}

/** The last write to a target before here; of a tag, the last that changed it. */
export async function findWriter(session: Session, target: Target, what: string): Promise<Found> {
  const writer = await session.drive(`Who wrote ${what}`, session.program.engine.lastWrite(target));
  const done = target.kind === 'tag' ? 'changed' : 'written';
  if (!writer) return { text: `Nothing has ${done} ${what} since reset.` };
  return { writer, text: `${what} was last ${done} by ${writerText(writer)}` };
}

/** `bl31.set_tag (gpt.tfw:42) at step 1234`. Lines count from 1, as editors do. */
function writerText({ word, step }: Writer): string {
  const who = word ? `${word.image}.${word.fn.name} (${fileName(word.range.uri)}:${word.range.line + 1})` : 'hand';
  return `${who} at step ${step}`;
}

export function physicalAddress({ program }: Session, text: string): number {
  const number = parseNumber(text);
  if (number === undefined) throw new RequestError('address', `${text} is no address; one looks like this: 0x8800_0000`);
  if (!program.engine.machine.answers(Number(number), 1)) throw new RequestError('address', `There is no memory at ${hex(number)}.`);
  return Number(number);
}

export function targetOf(session: Session, expression: string, frame: Frame | undefined): Target {
  if (parseNumber(expression) !== undefined) return { kind: 'memory', pa: physicalAddress(session, expression), size: 8 };
  const { program } = session;
  const at = frame ?? topFrame(program, program.stop?.core ?? 0);
  if (!at) throw new RequestError('expression', 'There is no code here in which the expression could mean something.');
  return locate(program, at, expression).target;
}
