/** What can be written at a place: names in scope there, keywords of the construct around it, rows of the machine's tables. */
import { type AstNode, AstUtils, type ReferenceInfo } from 'langium';
import { type Architecture, platforms } from '../../machine/index.ts';
import { Resolver } from '../check/resolve.ts';
import { PRIMITIVES } from '../check/tables.ts';
import { spell } from '../check/type-of.ts';
import type { File } from '../syntax/generated/ast.ts';
import type { TfwLexer } from '../syntax/lexer.ts';
import type { BraceKind } from '../syntax/outline.ts';
import { Structure } from '../syntax/structure.ts';
import { sharedServices } from '../workspace/documents.ts';
import { documentation, type FileProvider, parseProgram } from '../workspace/index.ts';
import { moduleNames } from '../workspace/library.ts';
import type { Place } from './names.ts';

export interface Completion {
  readonly label: string;
  readonly kind: 'keyword' | 'function' | 'variable' | 'constant' | 'field' | 'type' | 'module' | 'register' | 'event';
  readonly detail?: string;
  readonly documentation?: string;
}

/** Stands for the word that is being written, so that the tree has a name there. */
const HERE = 'here__';

export function completionsAt(files: FileProvider, uri: string, place: Place): readonly Completion[] {
  const text = files.read(uri);
  if (text === undefined) return [];
  const { before, after } = split(text, place);
  const fixed = FIXED.find(([pattern]) => pattern.test(before));
  if (fixed) return fixed[1](platforms[0].architecture).map((label) => ({ label, kind: fixed[2] }));
  const marked = before + HERE + after;
  const { main } = parseProgram(uri, { read: (each) => (each === uri ? marked : files.read(each)) });
  const info = main && referenceIn(main);
  if (!info) return keywords(marked, before.length);
  const names = [...new Resolver(sharedServices()).candidates(info)].map(describe);
  return unique(startsStatement(info) ? [...names, ...keywords(marked, before.length)] : names);
}

/** The text around the word at a place. */
function split(text: string, { line, column }: Place): { readonly before: string; readonly after: string } {
  const lines = text.split('\n');
  const offset = lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + column;
  const [before, after] = [text.slice(0, offset), text.slice(offset)];
  return { before: before.replace(/\w*$/, ''), after: after.replace(/^\w*/, '') };
}

/** Places that hold no reference, by what stands before the word. */
const FIXED: readonly (readonly [RegExp, (architecture: Architecture) => readonly string[], Completion['kind']])[] = [
  [/(?:^|\n)\s*use\s+(?:[\w]+\.)*$/, () => moduleNames(), 'module'],
  [/\bimage\s+\w+\s+in\s+$|\bpayload\s+$|\bknown\s+to\s+(?:[\w.]+\s*,\s*)*$/, ({ states }) => states.map(({ id }) => id), 'constant'],
  [/(?:^|\n)\s*vector\s+$/, ({ vectors }) => vectors.map(({ name }) => name), 'constant'],
  [/(?:^|\n)\s*window\s+$/, ({ spaces }) => spaces.map(({ id }) => id), 'constant'],
  [/\bplatform\s+\w+\s+on\s+$/, () => platforms.map(({ name }) => name), 'constant'],
  [/\b(?:let|var)\s+\w+\s*:\s*$/, () => PRIMITIVES, 'type'],
];

function referenceIn(file: File): ReferenceInfo | undefined {
  for (const node of AstUtils.streamAst(file)) {
    const found = AstUtils.streamReferences(node).find(({ reference }) => reference.$refText === HERE);
    if (found) return found;
  }
  return undefined;
}

/** Whether a name is all that there is of a statement, so that it may become anything. */
const startsStatement = ({ container }: ReferenceInfo): boolean =>
  container.$type === 'Name' && container.$container?.$type === 'ExprStatement';

const KINDS: Readonly<Record<string, Completion['kind']>> = {
  Fn: 'function',
  Entry: 'function',
  Instruction: 'function',
  Register: 'register',
  StructField: 'field',
  RegisterField: 'field',
  BitsField: 'field',
  EventField: 'field',
  ImageProperty: 'field',
  Struct: 'type',
  Enum: 'type',
  Bits: 'type',
  PrimitiveType: 'type',
  EventDecl: 'event',
  MachineEvent: 'event',
  Let: 'variable',
  Local: 'variable',
  Param: 'variable',
  Static: 'variable',
  ForVariable: 'variable',
};

function describe(node: AstNode & { readonly name: string }): Completion {
  const kind = KINDS[node.$type] ?? 'constant';
  const detail = detailOf(node);
  const text = node.$cstNode ? documentation(node) : '';
  return { label: node.name, kind, ...(detail && { detail }), ...(text && { documentation: text }) };
}

/** Rows of the machine's tables say what they are for, declarations what type they have. */
function detailOf(node: AstNode): string | undefined {
  const { check } = sharedServices();
  const row = ROWS[node.$type]?.(check.Tables.architecture, node as AstNode & Row);
  if (row !== undefined) return row;
  const type = check.Types.declared(node);
  return type.kind === 'error' ? undefined : spell(type);
}

/** What rows have of their tables: an index, or bits. */
interface Row {
  readonly row: number;
  readonly high: number;
  readonly low: number;
}

const ROWS: Readonly<Record<string, (architecture: Architecture, node: Row) => string>> = {
  Register: ({ registers }, { row }) => registers[row].summary,
  Instruction: ({ instructions }, { row }) => instructions[row].summary,
  LevelName: ({ states }, { row }) => states[row].name,
  RegisterField: (_, { high, low }) => (high === low ? `bit ${high}` : `bits ${high}:${low}`),
  WorldName: ({ worlds }, { row }) => worlds[row].name,
};

/** Keywords that start an item, by the brace around it. */
const KEYWORDS: Readonly<Record<BraceKind, string>> = {
  file: 'use const enum struct bits event fn image part platform scenario view',
  image: 'fn vector entry var const enum struct bits event window',
  scenario: 'image load core cores expect arg secret seeds fn view const enum struct bits event',
  view: 'for item children let',
  entries: 'children let',
  platform: 'memory load payload core cores const',
  code: 'let var if while for match return break continue finish panic expect event guarded resume',
  match: 'else',
  fields: '',
};

function keywords(text: string, offset: number): Completion[] {
  const { tokens, kinds } = (sharedServices().parser.Lexer as TfwLexer).tokenize(text);
  const at = tokens.findIndex(({ startOffset }) => startOffset >= offset);
  const { kind } = new Structure(tokens, kinds).itemAround(at < 0 ? tokens.length : at);
  return KEYWORDS[kind].split(' ').flatMap((label) => (label ? [{ label, kind: 'keyword' as const }] : []));
}

/** Inner declarations hide outer ones of the same name. */
function unique(completions: readonly Completion[]): Completion[] {
  const seen = new Set<string>();
  return completions.filter(({ label }) => label !== HERE && !seen.has(label) && seen.add(label));
}
