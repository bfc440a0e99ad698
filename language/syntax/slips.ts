/**
 * Habits from other languages. Each is reported with what to write, and read as that, so that the rest of the file is
 * checked as if it had been written so.
 */
import { type Problems, problem } from './problem.ts';
import { canEnd, correct, is, isName, retag, slice, type Token, type Vocabulary } from './tokens.ts';

interface Place {
  readonly tokens: readonly Token[];
  readonly i: number;
  readonly vocabulary: Vocabulary;
  /** Whether the token starts a line. */
  readonly lineStart: boolean;
}

interface Correction {
  readonly message: string;
  readonly suggestion?: string;
  /** What stands for the `length` tokens of the slip. */
  readonly tokens: readonly Token[];
  readonly length: number;
}

type Slip = (place: Place) => Correction | undefined;

export function correctSlips(tokens: readonly Token[], vocabulary: Vocabulary, problems: Problems): Token[] {
  const result: Token[] = [];
  let lineStart = true;
  // Behind too many errors nothing is read.
  for (let i = 0; i < tokens.length && !problems.full; i++) {
    const correction = find({ tokens, i, vocabulary, lineStart });
    const length = correction?.length ?? 1;
    if (correction) {
      const { message, suggestion } = correction;
      problems.push(problem('TFW001', tokens[i], message, { to: tokens[i + length - 1], ...(suggestion !== undefined && { suggestion }) }));
    }
    result.push(...(correction?.tokens ?? [tokens[i]]));
    i += length - 1;
    lineStart = STARTS_LINE.has(tokens[i].tokenType.name);
  }
  return result;
}

const STARTS_LINE: ReadonlySet<string> = new Set(['NL', ';', '{', '}']);

function find(place: Place): Correction | undefined {
  const slips = SLIPS.get(place.tokens[place.i].image) ?? (place.lineStart ? ANY_LINE : NONE);
  for (const slip of slips) {
    const correction = slip(place);
    if (correction) return correction;
  }
  return undefined;
}

// ---------------------------------------------------------------- what slips are made of

const use = (place: Place, written: string, length = 1): Correction => ({
  message: `\`${written}\`: write \`${KEYWORD[written]}\``,
  suggestion: KEYWORD[written],
  tokens: [correct(place.vocabulary, place.tokens[place.i], KEYWORD[written])],
  length,
});

const KEYWORD: Readonly<Record<string, string>> = {
  func: 'fn',
  function: 'fn',
  def: 'fn',
  fun: 'fn',
  proc: 'fn',
  switch: 'match',
  import: 'use',
  and: '&&',
  or: '||',
};

/** `func name(`. */
const declaresFunction: Slip = (place) =>
  place.lineStart && isName(place.tokens[place.i + 1]) && is(place.tokens[place.i + 2], '(')
    ? use(place, place.tokens[place.i].image)
    : undefined;

/** `switch x {`. */
const startsMatch: Slip = (place) => (place.lineStart && onLine(place, '{') >= 0 ? use(place, 'switch') : undefined);

/** `import name` or `import "path"`. */
const startsUse: Slip = (place) =>
  place.lineStart && (isName(place.tokens[place.i + 1]) || is(place.tokens[place.i + 1], 'STRING')) ? use(place, 'import') : undefined;

/** `a and b`. */
const joinsConditions: Slip = (place) => {
  const [previous, next] = [place.tokens[place.i - 1], place.tokens[place.i + 1]];
  const between = previous && canEnd(previous) && next && (canEnd(next) || PREFIX.has(next.tokenType.name));
  return between ? use(place, place.tokens[place.i].image) : undefined;
};
const PREFIX: ReadonlySet<string> = new Set(['(', '!', '~', '-', '*', '&']);

/** `not x`. */
const negates: Slip = (place) => {
  const [previous, next] = [place.tokens[place.i - 1], place.tokens[place.i + 1]];
  if (previous && canEnd(previous) && !place.lineStart) return undefined;
  if (!next || !(isName(next) || is(next, '('))) return undefined;
  if (is(next, '(') && place.lineStart) return undefined;
  return { message: '`not`: write `!`', suggestion: '!', tokens: [correct(place.vocabulary, place.tokens[place.i], '!')], length: 1 };
};

/** `elif x {`. */
const chains: Slip = ({ tokens, i, vocabulary }) => {
  if (!(isName(tokens[i + 1]) || is(tokens[i + 1], '('))) return undefined;
  const width = tokens[i].image.length;
  const parts = [
    correct(vocabulary, slice(vocabulary, tokens[i], 'ID', 0, 2), 'else'),
    correct(vocabulary, slice(vocabulary, tokens[i], 'ID', 2, width), 'if'),
  ];
  return { message: `\`${tokens[i].image}\`: write \`else if\``, suggestion: 'else if', tokens: parts, length: 1 };
};

/** `if a = 2 {`: the first `=` between the keyword and the brace, unless brackets hide it. */
const comparesByAssignment: Slip = ({ tokens, i, vocabulary }) => {
  const previous = headOf(tokens, i);
  if (!previous) return undefined;
  return { message: 'write `==` to compare', suggestion: '==', tokens: [correct(vocabulary, tokens[i], '==')], length: 1 };
};

/** Tokens that are looked back at: no condition and no head of a function is longer, but a line of garbage is. */
const REACH = 300;

/** The `if` or `while` in whose condition a token stands. */
function headOf(tokens: readonly Token[], i: number): Token | undefined {
  for (let k = i - 1; k >= Math.max(0, i - REACH) && !STARTS_LINE.has(tokens[k].tokenType.name); k--) {
    const name = tokens[k].tokenType.name;
    if (name === 'if' || name === 'while') return tokens[k];
    if (name === '=>') return undefined;
  }
  return undefined;
}

/** `a === b`. */
const comparesThrice: Slip = ({ tokens, i, vocabulary }) => {
  if (!is(tokens[i + 1], '=') || !adjacent(tokens[i], tokens[i + 1])) return undefined;
  const operator = tokens[i].image;
  return {
    message: `\`${operator}=\`: write \`${operator}\``,
    suggestion: operator,
    tokens: [correct(vocabulary, tokens[i], operator)],
    length: 2,
  };
};

/** `let mut x`. */
const declaresMutable: Slip = ({ tokens, i, vocabulary }) =>
  is(tokens[i + 1], 'ID') && tokens[i + 1].image === 'mut' && isName(tokens[i + 2])
    ? { message: '`let mut`: write `var`', suggestion: 'var', tokens: [correct(vocabulary, tokens[i], 'var')], length: 2 }
    : undefined;

/** `u64 x = 5`. */
const declaresByType: Slip = ({ tokens, i, vocabulary, lineStart }) => {
  const name = tokens[i + 1];
  if (!lineStart || !isName(name) || !is(tokens[i + 2], '=')) return undefined;
  const suggestion = `var ${name.image}: ${TYPE_NAMES[tokens[i].image]}`;
  return { message: `write \`${suggestion} = …\``, suggestion, tokens: [correct(vocabulary, tokens[i], 'var'), name], length: 2 };
};

/** `x := 5`. */
const declaresByColon: Slip = ({ tokens, i, vocabulary }) => {
  const [name, colon, equals] = tokens.slice(i, i + 3);
  if (!isName(name) || !is(colon, ':') || !is(equals, '=') || !adjacent(colon, equals)) return undefined;
  const tokensOfLet = [{ ...slice(vocabulary, name, 'let', 0, 0), image: 'let' }, name, equals];
  return { message: `write \`let ${name.image} = …\``, suggestion: `let ${name.image} =`, tokens: tokensOfLet, length: 3 };
};

const TYPE_NAMES: Readonly<Record<string, string>> = {
  u8: 'u8',
  u16: 'u16',
  u32: 'u32',
  u64: 'u64',
  bool: 'bool',
  int: 'u64',
  long: 'u64',
  unsigned: 'u64',
  uint8_t: 'u8',
  uint16_t: 'u16',
  uint32_t: 'u32',
  uint64_t: 'u64',
  size_t: 'u64',
  auto: 'u64',
};

/** `x++`. */
const increments: Slip = ({ tokens, i, vocabulary }) => {
  const [first, second, after] = tokens.slice(i, i + 3);
  const previous = tokens[i - 1];
  if (!second || second.image !== first.image || !adjacent(first, second) || !previous || !canEnd(previous)) return undefined;
  if (after && !STARTS_LINE.has(after.tokenType.name) && !is(after, ')')) return undefined;
  const operator = `${first.image}=`;
  const one = { ...retag(vocabulary, second, 'INT'), image: '1' };
  return {
    message: `write \`${operator} 1\``,
    suggestion: ` ${operator} 1`,
    tokens: [correct(vocabulary, first, operator), one],
    length: 2,
  };
};

/** `p->x`, but not the arrow before a function's result. */
const pointsTo: Slip = ({ tokens, i, vocabulary }) => {
  const previous = tokens[i - 1];
  if (!previous || !adjacent(previous, tokens[i]) || !isName(tokens[i + 1]) || inFunctionHead(tokens, i)) return undefined;
  return { message: 'write `.`, which follows pointers', suggestion: '.', tokens: [correct(vocabulary, tokens[i], '.')], length: 1 };
};

function inFunctionHead(tokens: readonly Token[], i: number): boolean {
  for (let k = i - 1; k >= Math.max(0, i - REACH) && !is(tokens[k], '{') && !is(tokens[k], '}'); k--) if (is(tokens[k], 'fn')) return true;
  return false;
}

/** `World::Realm`. */
const scopes: Slip = ({ tokens, i, vocabulary }) =>
  is(tokens[i + 1], ':') && adjacent(tokens[i], tokens[i + 1]) && isName(tokens[i + 2])
    ? { message: '`::`: write `.`', suggestion: '.', tokens: [correct(vocabulary, tokens[i], '.')], length: 2 }
    : undefined;

/** `static var x`, `pub fn f`. */
const modifies: Slip = ({ tokens, i, lineStart }) =>
  lineStart && MODIFIED.has(tokens[i + 1]?.tokenType.name)
    ? { message: `there is no \`${tokens[i].image}\`; leave it out`, suggestion: '', tokens: [], length: 1 }
    : undefined;
const MODIFIED: ReadonlySet<string> = new Set(['fn', 'var', 'let', 'const', 'struct', 'enum']);
const MODIFIERS = 'static extern inline pub public private protected volatile unsafe async export'.split(' ');

const adjacent = (first: Token, second: Token): boolean => first.endOffset! + 1 === second.startOffset;

/** Index of a token of this kind on the line of the place, or -1. */
function onLine({ tokens, i }: Place, name: string): number {
  for (let k = i + 1; k < tokens.length && !is(tokens[k], 'NL'); k++) if (is(tokens[k], name)) return k;
  return -1;
}

// ---------------------------------------------------------------- by the text that they start with

const NONE: readonly Slip[] = [];
const ANY_LINE: readonly Slip[] = [declaresByColon];
const each = (texts: readonly string[], slip: Slip): [string, Slip[]][] => texts.map((text) => [text, [slip]]);

const SLIPS: ReadonlyMap<string, readonly Slip[]> = new Map<string, readonly Slip[]>([
  ...each(['func', 'function', 'def', 'fun', 'proc'], declaresFunction),
  ...each(['switch'], startsMatch),
  ...each(['import'], startsUse),
  ...each(['and', 'or'], joinsConditions),
  ...each(['not'], negates),
  ...each(['elif', 'elseif', 'elsif'], chains),
  ...each(['='], comparesByAssignment),
  ...each(['==', '!='], comparesThrice),
  ...each(['let'], declaresMutable),
  ...each(Object.keys(TYPE_NAMES), declaresByType),
  ...each(['+', '-'], increments),
  ...each(['->'], pointsTo),
  ...each([':'], scopes),
  ...each(MODIFIERS, modifies),
]);
