/**
 * The rows of an architecture's tables as nodes that names can refer to. They are never parsed, but belong to a document of
 * their own, as Langium expects of whatever a reference points at.
 */
import { type AstNode, DocumentState, type LangiumSharedCoreServices, type Mutable, URI } from 'langium';
import { type Architecture, EVENTS, type EventKind, type EventRow, type FieldType } from '../../machine/index.ts';
import type {
  Builtin,
  EventDecl,
  EventField,
  ImageProperty,
  Instruction,
  LevelName,
  MachineEvent,
  OptionName,
  PrimitiveType,
  Register,
  RegisterField,
  SpaceConstant,
  TableConstant,
  WorldName,
} from '../syntax/generated/ast.ts';

/** What a name means in one place. */
export type NameMap<T extends AstNode = AstNode> = ReadonlyMap<string, T>;

export interface Tables {
  readonly architecture: Architecture;
  /** Names that every expression can use: registers, instructions, constants, worlds and builtins. */
  readonly values: NameMap;
  readonly registers: NameMap<Register>;
  readonly primitives: NameMap<PrimitiveType>;
  readonly machineEvents: NameMap<MachineEvent>;
  /** Address spaces, which only conditions on events can name. */
  readonly spaces: NameMap<SpaceConstant>;
  /** `hex(e)`: how views show a value. */
  readonly viewFunctions: NameMap<Builtin>;
  /** What is known of an image's place, as members of its name. */
  readonly imageProperties: NameMap<ImageProperty>;
  fieldsOf(register: Register): NameMap<RegisterField>;
  levelsOf(world: WorldName): NameMap<LevelName>;
  /** Options of an instruction's operand. */
  optionsOf(instruction: Instruction, operand: number): NameMap<OptionName>;
  fieldsOfEvent(event: MachineEvent | EventDecl): NameMap<EventField>;
}

export const PRIMITIVES = ['u8', 'u16', 'u32', 'u64', 'bool'] as const;
export const TABLES_URI = 'worldstep-lib:/tables';

/** Creates the nodes of one table; `row` of the syntax tree is the index there. */
class Nodes {
  private readonly members: AstNode[] = [];
  readonly root = { $type: 'File', uses: [], members: this.members };

  map<R extends { readonly name: string }, T extends AstNode & { name: string }>(
    type: T['$type'],
    rows: readonly R[],
    properties: (row: R, index: number) => Omit<T, '$type' | 'name' | '$container'>,
  ): Map<string, T> {
    return new Map(rows.map((row, index) => [row.name, this.add<T>(type, row.name, properties(row, index))]));
  }

  private add<T extends AstNode>(type: T['$type'], name: string, properties: object): T {
    const place = { $container: this.root, $containerProperty: 'members', $containerIndex: this.members.length };
    const node = { $type: type, name, ...properties, ...place } as unknown as T;
    this.members.push(node);
    return node;
  }
}

type DocumentFactory = LangiumSharedCoreServices['workspace']['LangiumDocumentFactory'];

export function createTables(architecture: Architecture, documents: DocumentFactory): Tables {
  const nodes = new Nodes();
  const registers = nodes.map<(typeof architecture.registers)[number], Register>('Register', architecture.registers, (_, row) => ({ row }));
  const instructions = nodes.map<(typeof architecture.instructions)[number], Instruction>(
    'Instruction',
    architecture.instructions,
    (_, row) => ({
      row,
    }),
  );
  const worlds = nodes.map<{ name: string }, WorldName>(
    'WorldName',
    architecture.worlds.map(({ id }) => ({ name: id })),
    (_, row) => ({ row }),
  );
  const constants = nodes.map<(typeof architecture.constants)[number], TableConstant>(
    'TableConstant',
    architecture.constants,
    ({ value }) => ({ value }),
  );
  const numbered = architecture.numbered ? [{ name: architecture.numbered.name }] : [];
  // A register may have a second name, by its encoding.
  const encoded = architecture.registers.flatMap(({ name, encoding }): [string, Register][] => {
    const node = registers.get(name);
    return encoding && node && architecture.encodedName ? [[architecture.encodedName(encoding), node]] : [];
  });
  const builtins = nodes.map<{ name: string }, Builtin>('Builtin', [{ name: 'vectors' }, { name: 'guards' }, ...numbered], () => ({}));
  const viewFunctions = nodes.map<{ name: string }, Builtin>('Builtin', [{ name: 'hex' }], () => ({}));
  const imageProperties = nodes.map<{ name: string }, ImageProperty>(
    'ImageProperty',
    ['base', 'size', 'entry'].map((name) => ({ name })),
    () => ({}),
  );
  const primitives = nodes.map<{ name: string }, PrimitiveType>(
    'PrimitiveType',
    PRIMITIVES.map((name) => ({ name })),
    () => ({}),
  );
  const machineEvents = nodes.map<{ name: string }, MachineEvent>(
    'MachineEvent',
    Object.keys(EVENTS).map((name) => ({ name })),
    () => ({}),
  );
  const spaces = nodes.map<{ name: string }, SpaceConstant>(
    'SpaceConstant',
    architecture.spaces.map(({ id }) => ({ name: id })),
    (_, row) => ({ row }),
  );

  const fields = new Map(
    [...registers.values()].map((node) => [
      node,
      nodes.map<{ name: string; high: number; low: number }, RegisterField>(
        'RegisterField',
        architecture.registers[node.row].fields ?? [],
        ({ high, low }) => ({ high, low }),
      ),
    ]),
  );
  const levels = new Map(
    [...worlds.values()].map((node, world) => {
      const states = architecture.states.flatMap((state, row) => (state.world === world ? [{ name: state.level, row }] : []));
      return [node, nodes.map<(typeof states)[number], LevelName>('LevelName', states, ({ row }) => ({ row }))];
    }),
  );
  const options = new Map(
    [...instructions.values()].map((node) => [
      node,
      architecture.instructions[node.row].operands.map((operand) =>
        nodes.map<{ name: string; value: number }, OptionName>(
          'OptionName',
          Object.entries(operand.options ?? {}).map(([name, value]) => ({ name, value })),
          ({ value }) => ({ value }),
        ),
      ),
    ]),
  );
  const eventFields = new Map<AstNode, NameMap<EventField>>(
    [...machineEvents.values()].map((node) => {
      const row: EventRow = EVENTS[node.name as EventKind];
      const rows = Object.entries(row.fields).map(([name, fieldType]) => ({ name, fieldType }));
      return [node, nodes.map<(typeof rows)[number], EventField>('EventField', rows, ({ fieldType }) => ({ fieldType }))];
    }),
  );

  const document = documents.fromModel(nodes.root, URI.parse(TABLES_URI));
  (nodes.root as Mutable<AstNode>).$document = document;
  document.state = DocumentState.Validated;

  const declared = new WeakMap<EventDecl, NameMap<EventField>>();
  return {
    architecture,
    // Registers win over constants: a table that reuses a name is reported by its own tests.
    values: new Map<string, AstNode>([...constants, ...worlds, ...builtins, ...instructions, ...encoded, ...registers]),
    registers,
    primitives,
    machineEvents,
    spaces,
    viewFunctions,
    imageProperties,
    fieldsOf: (register) => fields.get(register) ?? EMPTY,
    levelsOf: (world) => levels.get(world) ?? EMPTY,
    optionsOf: (instruction, operand) => options.get(instruction)?.[operand] ?? EMPTY,
    fieldsOfEvent: (event) => eventFields.get(event) ?? (event.$type === 'EventDecl' ? fieldsOfDeclaration(event, declared) : EMPTY),
  };
}

const EMPTY = new Map<string, never>();

/** The fields of a firmware event, as conditions see them: below the field that declares them. */
function fieldsOfDeclaration(event: EventDecl, known: WeakMap<EventDecl, NameMap<EventField>>): NameMap<EventField> {
  const map: NameMap<EventField> =
    known.get(event) ??
    new Map(
      event.fields.map((field) => {
        const fieldType: FieldType = 'u64';
        const node = { $type: 'EventField', name: field.name, fieldType, $container: field } as unknown as EventField;
        return [field.name, node] as const;
      }),
    );
  known.set(event, map);
  return map;
}
