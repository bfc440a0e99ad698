/** Where the cores of a run are, and, where it has no end, between what they go round. */
import type { Engine } from '../debug-adapter/engine/engine.ts';
import type { SourceRange } from '../language/index.ts';
import { finish } from './work.ts';

export interface CorePlace {
  readonly core: number;
  readonly status: string;
  /** As the architecture names it: `Non-secure EL2`. */
  readonly state: string;
  /** Functions; of a core that goes round, those it was in last, its own code first. */
  readonly where: readonly string[];
  readonly at?: SourceRange;
}

const NO_STOPS = { words: [], events: [] };
/** Steps looked at to say where a run without an end goes round, and as many functions as are named. */
const SAMPLE = 2000;
const MOST = 4;

interface Seen {
  readonly at: SourceRange;
  readonly library: boolean;
  count: number;
}

export function coresOf(engine: Engine): CorePlace[] {
  return engine.machine.cores.map(({ id, status, state }) => {
    const [top] = status === 'off' ? [] : engine.stack(id);
    const name = engine.machine.architecture.states[state]?.name ?? '';
    return { core: id, status, state: name, where: top ? [top.text] : [], ...(top?.word && { at: top.word.range }) };
  });
}

/** Follows the run's last steps once more. Leaves it where it was. */
export function circlesOf(engine: Engine): CorePlace[] {
  const steps = engine.position;
  const seen = new Map<number, Map<string, Seen>>();
  finish(engine.seek(Math.max(0, steps - SAMPLE)));
  while (engine.position < steps) {
    const core = engine.machine.next?.id ?? 0;
    const [top] = engine.stack(core);
    const places = seen.get(core) ?? new Map<string, Seen>();
    seen.set(core, places);
    if (top?.word) {
      const place = places.get(top.text) ?? { at: top.word.range, library: top.image?.library ?? false, count: 0 };
      place.count++;
      places.set(top.text, place);
    }
    finish(engine.run(NO_STOPS, 1));
  }
  return coresOf(engine).map((place) => {
    const round = [...(seen.get(place.core) ?? [])].sort(([, a], [, b]) => Number(a.library) - Number(b.library) || b.count - a.count);
    if (round.length === 0) return place;
    return { ...place, where: round.slice(0, MOST).map(([name]) => name), at: round[0][1].at };
  });
}
