/** What a place held before, and who put it there: of variables, registers, addresses and tags. */
import type { WordInfo } from '../../language/index.ts';
import type { Frame, Target, ValueChange } from '../engine/engine.ts';
import { hex, integer } from '../format.ts';
import { tagName } from '../names.ts';
import type { ChangeEntry, ChangeHistory } from '../protocol.ts';
import type { Session } from '../session.ts';
import { fileName } from '../uri.ts';
import { physicalAddress, targetOf } from './travel.ts';

interface Paged {
  readonly count: number;
  readonly before?: number;
}

/** Changes that one answer holds, unless more are asked for. */
export const PAGE = 20;

export async function granuleHistory(session: Session, address: string, page: Paged): Promise<ChangeHistory> {
  const pa = physicalAddress(session, address);
  return historyOf(session, { kind: 'tag', pa }, `the tag of ${hex(pa)}`, page);
}

export async function valueHistory(session: Session, expression: string, frame: Frame | undefined, page: Paged): Promise<ChangeHistory> {
  const target = targetOf(session, expression, frame);
  return historyOf(session, target, expression, page);
}

async function historyOf(session: Session, target: Target, text: string, { count, before }: Paged): Promise<ChangeHistory> {
  const { engine } = session.program;
  const work = engine.valueHistory(target, { count, ...(before !== undefined && { before }) });
  const { changes, next } = await session.drive(`History of ${text}`, work);
  return { text, changes: changes.map((change) => entryOf(session, target, change)), ...(next !== undefined && { next }) };
}

function entryOf({ program, client }: Session, target: Target, { step, core, word, value }: ValueChange): ChangeEntry {
  const shown =
    target.kind === 'tag' ? tagName(program.architecture, Number(value)) : target.kind === 'register' ? hex(value) : integer(value);
  return {
    step,
    core,
    value: shown,
    text: word ? wordText(word) : 'changed by hand',
    ...(word && { uri: word.range.uri, line: client.toLine(word.range.line) }),
  };
}

function wordText({ image, fn, range }: WordInfo): string {
  return `${image}.${fn.name} (${fileName(range.uri)}:${range.line + 1})`;
}

/** Lines for the console, newest first. */
export function historyLines({ text, changes, next }: ChangeHistory): string {
  if (changes.length === 0) return `Nothing has written ${text} since reset.`;
  const lines = changes.map(({ value, text: who, step }) => `${value} by ${who} at step ${step}`);
  return [...lines, ...(next === undefined ? [] : ['… and more before'])].join('\n');
}
