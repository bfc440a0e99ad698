/** Where a step into a statement may lead: the calls and crossings that stand in it, in the order of its words. */
import type { FunctionInfo, WordInfo } from '../../language/index.ts';
import type { Core } from '../../machine/index.ts';
import { activations, standing } from './activation.ts';
import type { Outcome, StepTarget, Work } from './engine.ts';
import { upcoming } from './eye.ts';
import { step } from './step.ts';
import type { Stops } from './stops.ts';
import type { Tape } from './tape.ts';

const LEADING: ReadonlySet<WordInfo['role']> = new Set(['call', 'trap', 'exceptionReturn']);

/** Words from where a core stands to the end of the statement. */
function rest(tape: Tape, core: Core): WordInfo[] {
  const { word } = standing(tape, core);
  const image = word && tape.program.images.find(({ image: { name } }) => name === word.image)?.image;
  if (!word || !image) return [];
  const words: WordInfo[] = [];
  for (let index = word.index; index < word.fn.to; index++) {
    const next = image.words[index];
    if (!next || (next.statement && index > word.index)) break;
    words.push(next);
  }
  return words;
}

export function stepTargets(tape: Tape, core: Core): StepTarget[] {
  return rest(tape, core)
    .filter(({ role }) => LEADING.has(role))
    .map((word) => {
      const callee = calleeOf(tape, word);
      return { id: word.index, text: callee ? `${callee.image}.${callee.name}` : word.text, word };
    });
}

/** Whom a call calls: its word says how many words away that begins. */
function calleeOf({ program }: Tape, word: WordInfo): FunctionInfo | undefined {
  const distance = word.role === 'call' ? /\bcall ([+-]\d+)/.exec(word.text)?.[1] : undefined;
  const image = program.images.find(({ image: { name } }) => name === word.image)?.image;
  return distance === undefined ? undefined : image?.words[word.index + Number(distance)]?.fn;
}

/** To the word of a target, unless the statement ends first, and into what it leads to. */
export function* stepIntoTarget(tape: Tape, target: number, core: Core, stops: Stops): Work<Outcome> {
  const from = upcoming(core);
  const words = rest(tape, core);
  const wanted = words.find(({ index }) => index === target);
  if (from === null || wanted === undefined) throw new RangeError(`the statement has no call ${target}`);
  const [activation] = activations(tape, core);
  const inside = new Set(words);
  for (;;) {
    const word = upcoming(core);
    const [now] = activations(tape, core);
    const away = word === null || !inside.has(word) || now?.context !== activation?.context || now?.sp !== activation?.sp;
    if (away) return { kind: 'step' };
    if (word === wanted) return yield* step(tape, 'into', 'statement', core, stops);
    const outcome = yield* step(tape, 'over', 'instruction', core, stops);
    if (outcome.kind !== 'step' || outcome.note !== undefined) return outcome;
  }
}
