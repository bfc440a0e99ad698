/** What a name means, in a few lines of Markdown: from the machine's tables, or from the `///` comment of its declaration. */
import { type Architecture, EVENTS, type EventKind, platforms } from '../../machine/index.ts';
import { createTypes } from '../check/index.ts';
import {
  isArg,
  isBuiltin,
  isConst,
  isEnumMember,
  isImageProperty,
  isInstruction,
  isLevelName,
  isMachineEvent,
  isMember,
  isName,
  isRegister,
  isRegisterField,
  isTableConstant,
  isWorldName,
} from '../syntax/generated/ast.ts';
import { documentation, type FileProvider } from '../workspace/index.ts';
import { type Found, nameAt, type Place } from './names.ts';

export function hoverAt(files: FileProvider, uri: string, place: Place): string | undefined {
  const found = nameAt(files, uri, place);
  return found && describe(found, platforms[0].architecture);
}

function describe(found: Found, architecture: Architecture): string | undefined {
  const { target, at } = found;
  if (isRegister(target)) return register(architecture, target.row);
  if (isRegisterField(target)) return field(architecture, at, target.name);
  if (isInstruction(target)) return instruction(architecture, target.row);
  if (isTableConstant(target)) {
    const summary = architecture.constants.find(({ name }) => name === target.name)?.summary;
    return text(`const ${target.name} = ${hex(target.value)}`, summary);
  }
  if (isLevelName(target)) return text(architecture.states[target.row].id, architecture.states[target.row].name);
  if (isWorldName(target)) return text(target.name, architecture.worlds.find(({ id }) => id === target.name)?.name);
  if (isMachineEvent(target)) return text(`event ${target.name}`, EVENTS[target.name as EventKind]?.summary);
  if (isBuiltin(target)) return text(target.name, BUILTINS[target.name]);
  if (isImageProperty(target)) return text(target.name, IMAGE_PROPERTIES[target.name]);
  if (isConst(target) || isArg(target)) {
    const value = createTypes().constant(target.value);
    return text(head(target), documentation(target), value === undefined ? undefined : `= ${hex(value)}`);
  }
  if (isEnumMember(target)) return text(`${target.name} = ${hex(createTypes().member(target))}`, documentation(target));
  return target.$cstNode ? text(head(target), documentation(target)) : undefined;
}

/** What is known of an image as a value. */
const IMAGE_PROPERTIES: Readonly<Record<string, string>> = {
  base: 'Physical address where the image is loaded.',
  size: 'Bytes that the image takes, whole pages.',
  entry: 'Physical address where the image is entered: its first `entry`, else its generated start code.',
};

const BUILTINS: Readonly<Record<string, string>> = {
  vectors: "The address of the image's vector table.",
  guards: "The address of the image's fix-up table: where the accesses of each `guarded` go on after a fault.",
  x: 'The general registers by number; number 31 reads as 0 and ignores stores.',
  hex: 'In a view: a value as hexadecimal digits.',
};

function register(architecture: Architecture, index: number): string {
  const { name, bits, summary, section, fields = [] } = architecture.registers[index];
  const rows = fields.filter(({ when }) => !when).map((row) => `| \`${row.name}\` | ${range(row.high, row.low)} | ${row.summary ?? ''} |`);
  const table = rows.length > 0 ? ['| field | bits | |', '|---|---|---|', ...rows].join('\n') : undefined;
  return text(`${name}: ${bits} bits`, summary, section, table);
}

function field(architecture: Architecture, at: Found['at'], name: string): string | undefined {
  const receiver = isMember(at) && isName(at.receiver) ? at.receiver.ref.ref : undefined;
  if (!receiver || !isRegister(receiver)) return undefined;
  const row = architecture.registers[receiver.row];
  const found = row.fields?.find((each) => each.name === name);
  if (!found) return undefined;
  const values = Object.entries(found.values ?? {}).map(([each, value]) => `\`${each}\` = ${hex(BigInt(value))}`);
  return text(`${row.name}.${name}, bits ${range(found.high, found.low)}`, found.summary, values.join(', '), row.section);
}

function instruction(architecture: Architecture, index: number): string {
  const { name, operands, variadic, immediate, summary, section } = architecture.instructions[index];
  const shown = [
    ...(immediate === undefined ? [] : ['#immediate']),
    ...operands.map((operand) => (operand.optional ? `${operand.name}?` : operand.name)),
    ...(variadic ? [`${variadic[0]}, …`] : []),
  ];
  const options = operands.flatMap((operand) => Object.keys(operand.options ?? {}));
  return text(`${name}(${shown.join(', ')})`, summary, options.length > 0 ? `Options: ${options.join(', ')}` : undefined, section);
}

/** The first line of a declaration, without its body. */
function head(node: Found['target']): string {
  const line = node.$cstNode?.text.split('\n', 1)[0] ?? '';
  return line.replace(/\s*\{.*$/, '');
}

function text(code: string, ...paragraphs: (string | undefined)[]): string {
  return [`\`\`\`tfw\n${code}\n\`\`\``, ...paragraphs.filter((paragraph) => paragraph)].join('\n\n');
}

const range = (high: number, low: number): string => (high === low ? `${high}` : `${high}:${low}`);
const hex = (value: bigint): string => (value < 10n ? `${value}` : `0x${value.toString(16).replace(/\B(?=(?:[0-9a-f]{4})+$)/g, '_')}`);
