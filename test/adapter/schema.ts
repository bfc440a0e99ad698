/**
 * JSON schemas of the Debug Adapter Protocol and of what we add to it, made of types: the protocol's are generated from its
 * own schema (the npm package has the types only), ours are the contract in `debug-adapter/protocol.ts`. Every property that
 * the types do not know is an error, and so is every one that is missing.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Ajv, type ValidateFunction } from 'ajv';
import ts from 'typescript';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly not?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
}

type Definitions = Readonly<Record<string, Schema>>;

const SIMPLE: Partial<Record<ts.SyntaxKind, Schema>> = {
  [ts.SyntaxKind.StringKeyword]: { type: 'string' },
  [ts.SyntaxKind.NumberKeyword]: { type: 'number' },
  [ts.SyntaxKind.BooleanKeyword]: { type: 'boolean' },
  [ts.SyntaxKind.AnyKeyword]: {},
  [ts.SyntaxKind.UnknownKeyword]: {},
  [ts.SyntaxKind.ObjectKeyword]: { type: 'object' },
  [ts.SyntaxKind.NeverKeyword]: { not: {} },
};

/** The interfaces and named types of a file, by name. `prefix`: what a name stands behind in references. */
function definitionsOf(text: string, prefix: string): Definitions {
  const interfaces = new Map<string, ts.InterfaceDeclaration>();
  const aliases = new Map<string, ts.TypeAliasDeclaration>();
  const collect = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node)) interfaces.set(node.name.text, node);
    else if (ts.isTypeAliasDeclaration(node)) aliases.set(node.name.text, node);
    else ts.forEachChild(node, collect);
  };
  collect(ts.createSourceFile('types.ts', text, ts.ScriptTarget.Latest, true));

  /** Members of an interface; those of its own replace inherited ones of the same name. */
  const membersOf = (node: ts.InterfaceDeclaration): ts.TypeElement[] => {
    const parents = (node.heritageClauses ?? []).flatMap(({ types }) =>
      types.map(({ expression }) => interfaces.get(expression.getText())),
    );
    const inherited = parents.flatMap((parent) => (parent ? membersOf(parent) : []));
    const own = new Set(node.members.map((member) => member.name?.getText()));
    return [...inherited.filter((member) => !own.has(member.name?.getText())), ...node.members];
  };

  const objectOf = (members: readonly ts.TypeElement[]): Schema => {
    const properties = members.filter(ts.isPropertySignature);
    const index = members.find(ts.isIndexSignatureDeclaration);
    return {
      type: 'object',
      properties: Object.fromEntries(properties.map((member) => [nameOf(member), member.type ? schemaOf(member.type) : {}])),
      required: properties.filter(({ questionToken }) => !questionToken).map(nameOf),
      additionalProperties: index ? schemaOf(index.type) : properties.length === 0,
    };
  };

  const referenceOf = (node: ts.TypeReferenceNode): Schema => {
    const name = node.typeName.getText().replace('DebugProtocol.', '');
    const [first, second] = node.typeArguments ?? [];
    if (name === 'Readonly' && first) return schemaOf(first);
    if (name === 'Record' && second) return { type: 'object', additionalProperties: schemaOf(second) };
    return { $ref: `${prefix}#/definitions/${name}` };
  };

  const schemaOf = (node: ts.TypeNode): Schema => {
    if (ts.isParenthesizedTypeNode(node) || ts.isTypeOperatorNode(node)) return schemaOf(node.type);
    if (ts.isArrayTypeNode(node)) return { type: 'array', items: schemaOf(node.elementType) };
    if (ts.isUnionTypeNode(node)) return { anyOf: node.types.map(schemaOf) };
    if (ts.isTypeLiteralNode(node)) return objectOf([...node.members]);
    if (ts.isLiteralTypeNode(node)) return { const: literalOf(node.literal) };
    if (ts.isTypeReferenceNode(node)) return referenceOf(node);
    const simple = SIMPLE[node.kind];
    if (!simple) throw new Error(`no schema says what this type says: ${node.getText()}`);
    return simple;
  };

  return Object.fromEntries([
    ...[...interfaces].map(([name, node]) => [name, objectOf(membersOf(node))]),
    // `keyof` and the like name nothing that is sent.
    ...[...aliases].filter(([, { type }]) => !ts.isTypeOperatorNode(type)).map(([name, node]) => [name, schemaOf(node.type)]),
  ]);
}

const nameOf = (member: ts.PropertySignature): string => member.name.getText().replace(/^['"]|['"]$/g, '');

function literalOf(node: ts.LiteralTypeNode['literal']): unknown {
  if (ts.isStringLiteral(node)) return node.text;
  if (node.kind === ts.SyntaxKind.NullKeyword) return null;
  return JSON.parse(node.getText());
}

const folder = dirname(createRequire(import.meta.url).resolve('@vscode/debugprotocol/package.json'));
const theirs = definitionsOf(readFileSync(join(folder, 'lib/debugProtocol.d.ts'), 'utf8'), 'protocol');
const own = definitionsOf(readFileSync(new URL('../../debug-adapter/protocol.ts', import.meta.url), 'utf8'), 'own');

/** The protocol leaves the attributes of a launch to each adapter. */
const definitions: Definitions = {
  ...theirs,
  LaunchRequestArguments: {
    ...theirs.LaunchRequestArguments,
    properties: { ...theirs.LaunchRequestArguments.properties, ...own.LaunchAttributes.properties },
    required: own.LaunchAttributes.required,
  },
};

const ajv = new Ajv({ strict: false, allErrors: true })
  .addSchema({ $id: 'protocol', definitions })
  .addSchema({ $id: 'own', definitions: own });
const validators = new Map<string, ValidateFunction>();

const requests = own.Requests.properties ?? {};
const notifications = own.Notifications.properties ?? {};

/** Requests that an adapter sends. */
const REVERSE: ReadonlySet<string> = new Set(['RunInTerminalRequest', 'StartDebuggingRequest']);

/** The commands that a client may send: the protocol's, then ours. */
export const COMMANDS: readonly string[] = [
  ...Object.keys(definitions).flatMap((name) => {
    const command = name.replace(/Request$/, '');
    return command === name || command === '' || REVERSE.has(name) ? [] : [command.charAt(0).toLowerCase() + command.slice(1)];
  }),
  ...Object.keys(requests),
];

/** The schema of a request's arguments; undefined for a command that there is not. */
export function argumentsOf(command: string): Schema | undefined {
  return requests[command]?.properties?.arguments ?? definitions[`${capital(command)}Request`]?.properties?.arguments;
}

/** The schema that a reference leads to. */
export function resolved(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const [file, name] = schema.$ref.split('#/definitions/');
  return resolved((file === 'own' ? own : definitions)[name]);
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** A message of a kind of the protocol, with what is ours in it. */
function withOwn(kind: string, part: string, schema: Schema | undefined): Schema | undefined {
  return (
    schema && { allOf: [{ $ref: `protocol#/definitions/${kind}` }, { type: 'object', properties: { [part]: schema }, required: [part] }] }
  );
}

/** The protocol's name for a message, and its schema. */
function schemaFor({ type, command = '', success, event = '' }: Partial<DebugProtocol.Response & DebugProtocol.Event>): [string, Schema?] {
  const known = (name: string): [string, Schema?] => [
    name,
    Object.hasOwn(definitions, name) ? { $ref: `protocol#/definitions/${name}` } : undefined,
  ];
  if (type === 'event') {
    return event.includes('/') ? [event, withOwn('Event', 'body', notifications[event])] : known(`${capital(event)}Event`);
  }
  if (type === 'request') {
    return command.includes('/')
      ? [command, withOwn('Request', 'arguments', requests[command]?.properties?.arguments)]
      : known(`${capital(command)}Request`);
  }
  if (type !== 'response') return [`${type}`];
  if (!success) return known('ErrorResponse');
  return command.includes('/')
    ? [`answer to ${command}`, withOwn('Response', 'body', requests[command]?.properties?.body)]
    : known(`${capital(command)}Response`);
}

/** What is wrong with a message, by the protocol and our contract; nothing is wrong with an empty list. */
export function complaints(message: DebugProtocol.ProtocolMessage): string[] {
  const [name, schema] = schemaFor(message);
  if (!schema) return [`neither the protocol nor our contract has a message ${name}`];
  const key = `${message.type} ${name}`;
  const validate = validators.get(key) ?? ajv.compile(schema);
  validators.set(key, validate);
  if (validate(message)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message: text, params }) => `${name}${instancePath} ${text} ${JSON.stringify(params)}`,
  );
}
