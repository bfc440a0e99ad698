/** The access path of what a core did last, stage by stage: the hardware's own sub-steps, which are no positions. */
import type { Explanation } from '../../machine/index.ts';
import type { Engine, Frame, Work } from '../engine/engine.ts';
import type { ExplainedAccessEntry, ExplainedStepEntry } from '../protocol.ts';
import type { Session } from '../session.ts';
import { accessesOf } from '../views/explain.ts';
import { type Expandable, fixed, type Node, sought } from './expandable.ts';

/** Steps looked through for one of the core's that accessed data; who looks further asks for the trace of a step. */
const DEPTH = 64;

export function lastAccess(session: Session, { core }: Frame): Expandable {
  return sought(async () => {
    const found = await session.drive('Last access', search(session.program.engine, core));
    if (!found) return [{ name: 'none', value: 'This core has accessed no data in its last steps.' }];
    return accessesOf(found.explanation).map(accessNode);
  });
}

interface Found {
  readonly step: number;
  readonly explanation: Explanation;
}

/** The last step of a core, near the position, that loaded or stored something. The engine is back where it was at the end. */
function* search(engine: Engine, core: number): Work<Found | undefined> {
  const here = engine.position;
  const alone = engine.machine.cores.every(({ id, status }) => id === core || status === 'off');
  try {
    for (let step = here - 1; step >= Math.max(0, here - DEPTH); step--) {
      if (!alone) {
        yield* engine.seek(step);
        if (engine.machine.next?.id !== core) continue;
      }
      const explanation = yield* engine.explain(step);
      if (accessedData(explanation)) return { step, explanation };
    }
    return undefined;
  } finally {
    // Given up or not: whoever asks next asks about the position.
    if (engine.position !== here) for (const _ of engine.seek(here));
  }
}

function accessedData({ accesses }: Explanation): boolean {
  return accesses.some(({ access, fault }) => access.purpose === 'data' || (fault !== undefined && access.purpose !== 'walk'));
}

function accessNode({ title, steps }: ExplainedAccessEntry): Node {
  const refused = steps.some(({ verdict }) => verdict === 'fault');
  return { name: title, value: refused ? 'refused' : 'done', children: fixed(() => steps.map(stepNode)) };
}

function stepNode({ unit, verdict, note, section, entry }: ExplainedStepEntry, index: number): Node {
  const lines: Node[] = [{ name: 'section', value: section }];
  if (entry) {
    lines.push({ name: entry.name, value: entry.value }, ...(entry.address === undefined ? [] : [{ name: 'at', value: entry.address }]));
    for (const field of entry.fields) {
      const meaning = field.meaning === undefined ? field.value : `${field.value} ${field.meaning}`;
      lines.push({ name: field.name, value: field.deciding ? `${meaning}, which decides` : meaning, type: `bits ${field.bits}` });
    }
  }
  return { name: `${index + 1} ${unit}`, value: verdict === 'pass' ? note : `refused: ${note}`, children: fixed(() => lines) };
}
