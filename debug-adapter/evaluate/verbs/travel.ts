/** Verbs about positions: going there, naming them, comparing them. */
import { RequestError } from '../../errors.ts';
import { plural } from '../../format.ts';
import { differenceLines, differenceOf } from '../../views/difference.ts';
import { checkedRun, positionNamed } from '../../views/runs.ts';
import { goToEvent, goToPosition } from '../../views/travel.ts';
import { type Asking, required, type VerbRow } from './verb.ts';

const POSITION = '<step, run:step, event n or bookmark>';

export const travelVerbs: Readonly<Record<string, VerbRow>> = {
  goto: {
    operand: POSITION,
    summary: 'travels to a position of the run, or of another one',
    example: 'goto 1234',
    run: (asking, rest) => goTo(asking, required('goto', POSITION, rest)),
  },
  diff: {
    operand: '<position> [position]',
    summary: 'says what differs between two positions; the second is here unless it is given',
    example: 'diff 1000 here',
    run: (asking, rest) => difference(asking, required('diff', '<position> [position]', rest)),
  },
  bookmark: {
    operand: '[name]',
    summary: 'names the position, to go to and to compare with; lists the names that there are',
    example: 'bookmark before',
    run: bookmark,
  },
};

async function goTo({ session, exchange }: Asking, text: string): Promise<string> {
  const [, event] = /^event\s+(\d+)$/.exec(text) ?? [];
  if (event !== undefined) return `step ${(await goToEvent(session, exchange, Number(event))).step}`;
  const { program } = session;
  const to = positionIn(text, () => checkedRun(program, positionNamed(program, text)));
  const { step, run } = await goToPosition(session, exchange, to, text.startsWith('0') || /^\d/.test(text) ? `step ${to.step}` : text);
  return run === to.run && program.engine.runs.length > 1 ? `step ${step} of run ${run}` : `step ${step}`;
}

/** What is no position at all is said to be none, rather than no bookmark. */
function positionIn<T>(text: string, find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (error instanceof RequestError && /no bookmark/.test(error.message)) {
      throw new RequestError('expression', `${text} is no number of steps and no bookmark.`);
    }
    throw error;
  }
}

async function difference({ session }: Asking, text: string): Promise<string> {
  const [first, second = 'here', ...rest] = text.split(/\s+/);
  if (rest.length > 0) throw new RequestError('expression', 'diff compares two positions: diff <position> [position]');
  const { program } = session;
  const [from, to] = [first, second].map((name) => positionIn(name, () => checkedRun(program, positionNamed(program, name))));
  return differenceLines(await differenceOf(session, from, to));
}

function bookmark({ session: { program } }: Asking, name: string): string {
  const { engine } = program;
  if (name !== '') {
    const { position } = engine.bookmark(name);
    return `${name} is step ${position.step}`;
  }
  const lines = engine.bookmarks.map((each) => `${each.name}: step ${each.position.step}, run ${each.position.run}`);
  return lines.join('\n') || `There are no bookmarks; ${plural(engine.runs.length, 'run')}.`;
}
