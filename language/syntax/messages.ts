/** What the parser says: what was expected and what was found, in the words of the language, never as a list of tokens. */
import type { LangiumCoreServices } from 'langium';
import { RESERVED, type Token, UNKNOWN } from './tokens.ts';

type Provider = LangiumCoreServices['parser']['ParserErrorMessageProvider'];
type Mismatch = Parameters<Provider['buildMismatchTokenMessage']>[0];
type Redundant = Parameters<Provider['buildNotAllInputParsedMessage']>[0];
type NoAlternative = Parameters<Provider['buildNoViableAltMessage']>[0];
type EarlyExit = Parameters<Provider['buildEarlyExitMessage']>[0];

const DECLARATION =
  'a declaration: `use`, `const`, `enum`, `struct`, `bits`, `event`, `fn`, `image`, `part of`, `platform`, `scenario` or `view`';

const VIEW = 'a member of the view: `for … in …`, `item "…"`, `children view …` or `let`';
const ENTRY = 'an entry of the item: `"label" = value`, `children view …` or `let`';

/** What a rule of the grammar reads, where its first token is wrong. */
const READS: Readonly<Record<string, string>> = {
  File: DECLARATION,
  TopMember: DECLARATION,
  Use: 'a module such as `firmware.arm.cca`, or a path in quotes',
  ImageMember: 'a member of the image: `fn`, `vector`, `entry`, `var`, `const`, `struct`, `enum`, `bits`, `event` or `window`',
  Image: 'a member of the image: `fn`, `vector`, `entry`, `var`, `const`, `struct`, `enum`, `bits`, `event` or `window`',
  ImagePart: 'a member of the image: `fn`, `vector`, `entry`, `var`, `const`, `struct`, `enum`, `bits`, `event` or `window`',
  ScenarioMember:
    'a member of the scenario: `image`, `core … runs`, `expect`, `arg`, `secret`, `seeds`, `cores`, `fn`, `view`, `const`, `struct`, `enum`, `bits` or `event`',
  Scenario:
    'a member of the scenario: `image`, `core … runs`, `expect`, `arg`, `secret`, `seeds`, `cores`, `fn`, `view`, `const`, `struct`, `enum`, `bits` or `event`',
  PlatformMember: 'a member of the platform: `memory`, `load`, `payload`, `core … runs`, `cores` or `const`',
  Platform: 'a member of the platform: `memory`, `load`, `payload`, `core … runs`, `cores` or `const`',
  ViewMember: VIEW,
  View: VIEW,
  ViewFor: VIEW,
  ViewEntry: ENTRY,
  ViewItem: ENTRY,
  Bits: 'a field: `NAME: bit` or `NAME: high..low`',
  Struct: 'a field: `name: type`',
  EventDecl: 'a field: `name: type`',
  Enum: 'a name',
  Block: 'a statement',
  Statement: 'a statement',
  MatchArm: 'a statement or a block',
  Match: 'an arm: `value => …` or `else => …`',
  Type: 'a type',
  Expr: 'an expression',
  Binary: 'an expression',
  Cast: 'an expression',
  Unary: 'an expression',
  Postfix: 'an expression',
  Primary: 'an expression',
  Argument: 'an argument',
  StringLiteral: 'a text in double quotes',
  ScenarioExpect: '`event` or `never`',
};

const TOKENS: Readonly<Record<string, string>> = {
  ID: 'a name',
  INT: 'a number',
  STRING: 'a string in double quotes',
  NL: 'the end of the line',
};

/** Better words for single places, by rule and what was found there. */
const ADVICE: Readonly<Record<string, string>> = {
  'For (': 'write `for i in 0..n { … }`',
  'Match case': 'write `value => …` for an arm',
  'TopMember use': 'a `use` stands at the top of the file, before any declaration',
  'File use': 'a `use` stands at the top of the file, before any declaration',
  'View if': 'a view chooses by `where`: `for … in … where condition { … }`',
  'ViewMember if': 'a view chooses by `where`: `for … in … where condition { … }`',
  'Enum ;': 'separate members by commas or line ends',
};

/** A rule that was opened and holds things: between them it expects the end of one or the start of the next. */
const BETWEEN: ReadonlySet<string> = new Set([
  'Block',
  'Image',
  'ImagePart',
  'Scenario',
  'Platform',
  'Struct',
  'Enum',
  'EventDecl',
  'Bits',
  'View',
  'ViewFor',
  'ViewItem',
  'Match',
]);
const STARTS: ReadonlySet<string> = new Set(['NL', '{', ',']);

export class TfwParserMessages implements Provider {
  buildMismatchTokenMessage({ expected, actual, previous, ruleName }: Mismatch): string {
    const rule = plain(ruleName);
    const advice = adviceFor(rule, actual);
    if (advice) return advice;
    if (expected.name === 'ID' && RESERVED.has(actual.tokenType.name)) return `\`${actual.image}\` is a reserved word and cannot be a name`;
    if (expected.name === '}' && BETWEEN.has(rule)) {
      const starts = STARTS.has(previous?.tokenType.name ?? '');
      return starts ? expectation(READS[rule], actual) : leftOver(actual, previous);
    }
    return expectation(TOKENS[expected.name] ?? `\`${expected.name}\``, actual);
  }

  buildNotAllInputParsedMessage({ firstRedundant }: Redundant): string {
    return adviceFor('File', firstRedundant) ?? expectation(DECLARATION, firstRedundant);
  }

  buildNoViableAltMessage({ actual, ruleName }: NoAlternative): string {
    const rule = plain(ruleName);
    return adviceFor(rule, actual[0]) ?? expectation(READS[rule] ?? 'something else', actual[0]);
  }

  buildEarlyExitMessage({ actual, ruleName }: EarlyExit): string {
    return expectation(READS[plain(ruleName)] ?? 'something else', actual[0]);
  }
}

/** What stands behind an item on its line. */
export const leftOver = (token: Token, previous: Token | undefined): string =>
  previous === undefined
    ? expectation('the end of the line', token)
    : `expected the end of the line after \`${shown(previous)}\`, found ${found(token)}`;

/** Langium marks the names of its rules with an invisible suffix. */
const plain = (ruleName: string): string => ruleName.replace('\u200B', '');

const adviceFor = (rule: string, actual: Token): string | undefined => ADVICE[`${rule} ${actual.image}`];

const expectation = (what: string, actual: Token): string => `expected ${what}, found ${found(actual)}`;

const END = 'the end of the file';

/** The message about an item that was parsed by itself: its end is not the file's. */
export const withEnd = (message: string, next: Token): string => message.replace(END, found(next));

function found(token: Token): string {
  const name = token.tokenType.name;
  if (name === 'EOF') return END;
  if (name === 'NL') return 'the end of the line';
  if (token.image === UNKNOWN || token.image === '') return 'nothing';
  return `\`${shown(token)}\``;
}

const LONGEST = 24;
function shown(token: Token): string {
  const line = token.image.split('\n', 1)[0];
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
