/** Runs, bookmarks in them, and a run as a file that replays anywhere. */
import type { Debuggee } from '../debuggee.ts';
import type { RunPosition } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { parseNumber } from '../format.ts';
import { runOptions } from '../launch.ts';
import type { BookmarkEntry, Requests, RunEntry } from '../protocol.ts';

export function runEntries({ engine }: Debuggee): RunEntry[] {
  return engine.runs.map(({ id, parent, inputs, end }) => ({
    run: id,
    ...(parent && { parent: { run: parent.run, step: parent.step } }),
    inputs: inputs.length,
    end,
    current: id === engine.here.run,
  }));
}

export function bookmarkEntries({ engine }: Debuggee): BookmarkEntry[] {
  return engine.bookmarks.map(({ name, position: { run, step } }) => ({ name, run, step }));
}

export function bookmarkNamed({ engine }: Debuggee, name: string): RunPosition {
  const found = engine.bookmarks.find((bookmark) => bookmark.name === name);
  if (!found) throw new RequestError('expression', `There is no bookmark ${name}.`);
  return found.position;
}

export function savedRun(debuggee: Debuggee): Requests['worldstep/saveRun']['body'] {
  const { program, engine, launch } = debuggee;
  const file = engine.save(runOptions(launch));
  const name = program.scenario.name.replace(/[^\w-]+/g, '-').replace(/^-|-$/g, '');
  return { name: `${name || 'run'}.tfwrun`, text: `${JSON.stringify(file, undefined, 2)}\n` };
}

/** `here`, a number of steps, `run:step`, or the name of a bookmark. */
export function positionNamed(debuggee: Debuggee, text: string): RunPosition {
  const { here } = debuggee.engine;
  if (text === 'here') return here;
  const step = parseNumber(text);
  if (step !== undefined) return { run: here.run, step: Number(step) };
  const [, run, of] = /^(\d+):([\d_]+)$/.exec(text) ?? [];
  if (run !== undefined) return checkedRun(debuggee, { run: Number(run), step: Number(parseNumber(of) ?? 0) });
  return bookmarkNamed(debuggee, text);
}

export function checkedRun({ engine }: Debuggee, position: RunPosition): RunPosition {
  if (!engine.runs.some(({ id }) => id === position.run)) throw new RequestError('malformed', `There is no run ${position.run}.`);
  return position;
}
