/** Registers as the tables describe them: grouped, with their fields by name, and with what changed since the last stop. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { peekRegister, type RegisterRow } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import type { Frame } from '../engine/engine.ts';
import { bitRange, bits, hex } from '../format.ts';
import { type Expandable, fixed, type Node } from './expandable.ts';
import { fieldsOf, nameOf } from './fields.ts';

const GENERAL = 'General';

export function generalRegisters(debuggee: Debuggee, frame: Frame): Expandable {
  return fixed(() => rowsOf(debuggee, GENERAL).map((index) => register(debuggee, frame, index)), frame);
}

/** One line a group, which says what changed in it. */
export function systemRegisters(debuggee: Debuggee, frame: Frame): Expandable {
  const groups = [...new Set(debuggee.architecture.registers.map(({ group }) => group))].filter((group) => group !== GENERAL);
  return fixed(() =>
    groups.map((group) => {
      const rows = rowsOf(debuggee, group);
      const changed = rows.filter((index) => before(debuggee, frame, index) !== undefined);
      return {
        name: group,
        value: changed.length === 0 ? '' : `changed: ${changed.map((index) => debuggee.architecture.registers[index].name).join(', ')}`,
        children: fixed(() => rows.map((index) => register(debuggee, frame, index)), frame),
      };
    }),
  );
}

export function register(debuggee: Debuggee, frame: Frame, index: number): Node {
  const row = debuggee.architecture.registers[index];
  const value = peekRegister(debuggee.architecture, frame.registers.regs, index);
  const was = before(debuggee, frame, index);
  const names = fieldsOf(row, value).flatMap((field) => nameOf(field, bits(value, field.high, field.low)) ?? []);
  return {
    name: row.name,
    value: [hex(value), ...names.slice(0, 4)].join(' '),
    type: `${row.bits} bits${was === undefined ? '' : `, was ${hex(was)} at the last stop`}`,
    expression: row.name,
    ...pointsTo(debuggee, frame, row, value),
    hint: hintOf(frame, was !== undefined),
    ...(row.fields && { children: decoded(row, value, row.name, frame) }),
  };
}

/** The fields of a register's value, as lines below it. */
export function decoded(row: RegisterRow, value: bigint, expression?: string, frame?: Frame): Expandable {
  return fixed(
    () =>
      fieldsOf(row, value).map((field) => {
        const part = bits(value, field.high, field.low);
        const name = nameOf(field, part);
        return {
          name: field.name,
          value: name === undefined ? hex(part) : `${hex(part)} ${name}`,
          type: `bits ${bitRange(field.high, field.low)}`,
          ...(expression !== undefined && { expression: `${expression}.${field.name}` }),
        };
      }),
    frame,
  );
}

/** Stack pointers and vector bases are addresses of the state that they are of. */
function pointsTo(debuggee: Debuggee, frame: Frame, { name }: RegisterRow, value: bigint): Pick<Node, 'memoryReference'> {
  const { stackPointer, vectorBase } = debuggee.architecture.states[frame.state];
  if (name !== stackPointer && name !== vectorBase) return {};
  const memoryReference = debuggee.addresses.refer(debuggee.addresses.virtual(frame, value));
  return memoryReference === undefined ? {} : { memoryReference };
}

function rowsOf({ architecture }: Debuggee, group: string): number[] {
  return architecture.registers.flatMap((row, index) => (row.group === group ? [index] : []));
}

/** The value at the last stop, where it was another one. What a waiting context left behind does not change. */
function before({ architecture, before: last }: Debuggee, frame: Frame, index: number): bigint | undefined {
  if (!frame.live || !last) return undefined;
  const was = peekRegister(architecture, last.registers[frame.core], index);
  return was === peekRegister(architecture, frame.registers.regs, index) ? undefined : was;
}

function hintOf({ live }: Frame, changed: boolean): DebugProtocol.VariablePresentationHint {
  return { kind: 'data', attributes: [...(live ? [] : ['readOnly']), ...(changed ? ['changed'] : [])] };
}
