/** What a name refers to, and what else it could have referred to: one table row per kind of reference. */
import { type AstNode, AstUtils, type ReferenceInfo } from 'langium';
import {
  type Call,
  type CoreRuns,
  type Emit,
  type EventPattern,
  type Expr,
  type File,
  isCall,
  isEnum,
  isEventDecl,
  isEventPattern,
  isFile,
  isImage,
  isImmediate,
  isInstruction,
  isMachineEvent,
  isName,
  isRegister,
  isView,
  isWorldName,
  type Member,
  type NamedValue,
  type Payload,
} from '../syntax/generated/ast.ts';
import type { TfwServices } from '../syntax/services.ts';
import { enclosing, ofFiles, ofImage, ofMembers, type Step } from './names.ts';
import type { NameMap, Tables } from './tables.ts';
import type { Types } from './types.ts';

type Named = AstNode & { readonly name: string };
type Steps = (info: ReferenceInfo) => Iterable<Step>;

export class Resolver {
  private readonly tables: Tables;
  private readonly types: Types;
  private readonly isSubtype: (type: string, of: string) => boolean;
  private readonly typeOfReference: (info: ReferenceInfo) => string;
  /** The file itself and all that it uses. */
  readonly filesVisibleFrom: (file: File) => readonly File[];

  constructor(services: TfwServices) {
    const { AstReflection } = services.shared;
    this.tables = services.check.Tables;
    this.types = services.check.Types;
    this.isSubtype = (type, of) => AstReflection.isSubtype(type, of);
    this.typeOfReference = (info) => AstReflection.getReferenceType(info);
    this.filesVisibleFrom = (file) => services.files.Uses.visibleFrom(file);
  }

  resolve(info: ReferenceInfo): AstNode | undefined {
    const type = this.typeOfReference(info);
    for (const step of this.stepsOf(info)) {
      const found = step.find(info.reference.$refText).find((node) => this.isSubtype(node.$type, type));
      if (found) return found;
    }
    return undefined;
  }

  /** Everything that could stand there, innermost first. */
  *candidates(info: ReferenceInfo): Generator<Named> {
    const type = this.typeOfReference(info);
    for (const step of this.stepsOf(info)) for (const node of step.all()) if (this.isSubtype(node.$type, type)) yield node;
  }

  private stepsOf(info: ReferenceInfo): Iterable<Step> {
    return (this.steps[`${info.container.$type}.${info.property}`] ?? this.outwards)(info);
  }

  private readonly outwards: Steps = ({ container }) => this.around(container);

  /** Rows for references that are not looked up outwards, or not in declarations alone. */
  private readonly steps: Readonly<Record<string, Steps>> = {
    'Member.member': ({ container }) => this.members(container as Member),
    'Name.ref': ({ container }) => this.values(container),
    'NamedType.ref': ({ container }) => [...this.around(container), ofMap(this.tables.primitives)],
    'EventPattern.event': ({ container }) => [...this.around(container), ofMap(this.tables.machineEvents)],
    'NamedValue.field': ({ container }) => ofNodes((container as NamedValue).$container as Emit),
    'CoreRuns.entry': ({ container }) => entriesOf((container as CoreRuns).image?.ref),
    'Payload.slot': ({ container }) => entriesOf((container as Payload).image?.ref),
  };

  private *around(node: AstNode): Generator<Step> {
    yield* enclosing(node);
    const file = AstUtils.findRootNode(node);
    if (isFile(file)) yield ofFiles(this.filesVisibleFrom(file));
  }

  private *values(node: AstNode): Generator<Step> {
    const options = this.optionsAt(node);
    if (options) {
      yield ofMap(options);
      return;
    }
    for (let inner: AstNode | undefined = node.$container; inner; inner = inner.$container) {
      if (isEventPattern(inner)) yield* this.conditions(inner);
      if (isView(inner)) yield ofMap(this.tables.viewFunctions);
    }
    yield* this.around(node);
    yield ofMap(this.tables.values);
  }

  private conditions({ event }: EventPattern): Step[] {
    const declaration = event?.ref;
    const known = declaration && (isMachineEvent(declaration) || isEventDecl(declaration));
    return [...(known ? [ofMap(this.tables.fieldsOfEvent(declaration))] : []), ofMap(this.tables.spaces)];
  }

  /** The options of the operand that a node is written for, if the operand takes options. */
  private optionsAt(node: AstNode): NameMap | undefined {
    const call = node.$container;
    if (!call || !isCall(call) || node.$containerProperty !== 'args') return undefined;
    const instruction = isName(call.callee) ? call.callee.ref.ref : undefined;
    if (!instruction || !isInstruction(instruction)) return undefined;
    const operand = operandIndex(call, node as Expr);
    const isOption = this.tables.architecture.instructions[instruction.row].operands[operand]?.kind === 'option';
    return isOption ? this.tables.optionsOf(instruction, operand) : undefined;
  }

  private members({ receiver }: Member): Step[] {
    const named = isName(receiver) ? receiver.ref.ref : undefined;
    if (named && isRegister(named)) return [ofMap(this.tables.fieldsOf(named))];
    if (named && isWorldName(named)) return [ofMap(this.tables.levelsOf(named))];
    if (named && isEnum(named)) return [ofMembers(named)];
    if (named && isImage(named)) return [ofMap(this.tables.imageProperties)];
    const type = receiver && this.types.infer(receiver);
    const pointee = type?.kind === 'pointer' ? type.pointee : type;
    return pointee?.kind === 'struct' || pointee?.kind === 'bits' ? ofNodes(pointee.declaration) : [];
  }
}

/** Position of an argument among the operands: the immediate is none of them. */
export function operandIndex(call: Call, argument: Expr): number {
  const operands: readonly Expr[] = call.args.filter((arg) => !isImmediate(arg));
  return operands.indexOf(argument);
}

function ofMap(map: NameMap): Step {
  return {
    find: (name) => {
      const node = map.get(name);
      return node ? [node as Named] : [];
    },
    all: () => map.values() as Iterable<Named>,
  };
}

/** The fields of a struct, or of the event that a statement announces. */
function ofNodes(node: { readonly fields: readonly Named[] } | Emit | undefined): Step[] {
  const holder = node && 'fields' in node ? node : node?.event?.ref;
  if (!holder) return [];
  return [{ find: (name) => holder.fields.filter((field) => field.name === name), all: () => holder.fields }];
}

const entriesOf = (image: AstNode | undefined): Step[] => (image && isImage(image) ? [ofImage(image)] : []);
