/** Bounds that keep a broken or hostile file from exhausting time or stack: checked before anything recurses. */
import { type Problem, problem } from './problem.ts';
import { is, type Token } from './tokens.ts';

/** The library's largest file has 30 KB; generated flows of 20 000 lines have 800 KB. */
export const MAX_CHARACTERS = 1_000_000;
export const MAX_DEPTH = 48;
/** Operators and postfixes of one statement nest to the left, one level each. */
const MAX_OPERATORS = 400;
const MAX_PREFIXES = 32;
const MAX_HOLES = 100;

const OPENING: ReadonlySet<string> = new Set(['(', '[', '{']);
const CLOSING: ReadonlySet<string> = new Set([')', ']', '}']);
const PREFIXES: ReadonlySet<string> = new Set(['-', '!', '~', '*', '&']);
const OPERATORS: ReadonlySet<string> = new Set('+ - * / % << >> & ^ | == != < <= > >= && || . ( [ as else'.split(' '));

export function tooLarge(text: string): Problem | undefined {
  if (text.length <= MAX_CHARACTERS) return undefined;
  const message = `the file has ${text.length} characters; at most ${MAX_CHARACTERS} can be read`;
  return { code: 'TFW004', message, offset: 0, end: 1 };
}

/** Expects tokens whose line ends separate statements. */
export function tooDeep(tokens: readonly Token[]): Problem | undefined {
  // One counter of operators for each open bracket: a statement's own do not include those of its block.
  const operators = [0];
  let prefixes = 0;
  let holes = 0;
  for (const token of tokens) {
    const name = token.tokenType.name;
    prefixes = PREFIXES.has(name) ? prefixes + 1 : 0;
    holes = name === 'STR_START' ? 1 : name === 'STR_MID' ? holes + 1 : holes;
    if (holes > MAX_HOLES) return problem('TFW004', token, `a string has more than ${MAX_HOLES} holes`);
    if (OPERATORS.has(name)) operators[operators.length - 1]++;
    if (is(token, 'NL')) operators[operators.length - 1] = 0;
    if (OPENING.has(name)) operators.push(0);
    if (CLOSING.has(name) && operators.length > 1) operators.pop();
    if (operators.length > MAX_DEPTH) return problem('TFW004', token, `brackets are nested more than ${MAX_DEPTH - 1} deep here`);
    if (prefixes > MAX_PREFIXES) return problem('TFW004', token, `more than ${MAX_PREFIXES} prefix operators follow each other here`);
    if (operators[operators.length - 1] > MAX_OPERATORS)
      return problem('TFW004', token, `a statement has more than ${MAX_OPERATORS} operators; use a variable for a part of it`);
  }
  return undefined;
}
