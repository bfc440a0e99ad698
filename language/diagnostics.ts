/** Every message that a `.tfw` file can cause, by number. Documented in docs/errors.md, one line each. */
import type { SourceRange } from './program/program.ts';

/** What each code means; a code is never reused. */
export const CODES = {
  TFW001: 'The text cannot be read as `.tfw`: something else was expected here.',
  TFW002: 'A character or literal is malformed.',
  TFW003: 'A brace, bracket or name is missing.',
  TFW004: 'The file is too large or nested too deeply, or has so many errors that what follows is not read.',
  TFW101: 'A name is not declared.',
  TFW102: 'A name is declared twice.',
  TFW103: 'A register, field, instruction, option, state or vector does not exist on this architecture.',
  TFW104: 'A `use` names a file that is not in the workspace or the library.',
  TFW201: 'Types do not match.',
  TFW202: 'A call has the wrong number or kind of arguments.',
  TFW203: 'Something that is no lvalue, or that is immutable, is assigned to.',
  TFW204: 'A statement has no effect.',
  TFW205: 'A constant expression is required.',
  TFW206: 'A value does not fit.',
  TFW207: 'A function does not return a value on every path.',
  TFW301: 'Naked code (before a stack is established) uses a local, a call or a temporary.',
  TFW302: '`eret()` stands outside a vector, an entry and the end of a `suspend`.',
  TFW303: '`break` or `continue` stands outside a loop.',
  TFW304: 'A call goes into another image; worlds talk by monitor calls.',
  TFW305: 'A function calls itself without end, or its frame is too large.',
  TFW306: 'A `suspend` stands where it cannot, or does not leave by `eret()` alone.',
  TFW307: 'A `guarded` block leaves its frame.',
  TFW308: 'A secret is named in code of a state that it is not known to.',
  TFW309: 'Views show each other in a circle.',
  TFW401: 'Images overlap, or an image is outside memory or misaligned.',
  TFW402: 'A platform, load or `core … runs` is wrong or missing.',
  TFW403: 'Two words of different images have the same encoding.',
  TFW404: 'There is no such scenario in the file.',
  TFW405: 'The scenario has no such argument, or the value does not fit it.',
} as const;

export type Code = keyof typeof CODES;

export interface Diagnostic {
  readonly code: Code;
  readonly severity: 'error' | 'warning';
  /** One sentence; names what was expected. */
  readonly message: string;
  readonly range: SourceRange;
  /** What to write instead, if one guess is good. */
  readonly suggestion?: string;
}
