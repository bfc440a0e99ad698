/**
 * A JSON schema of the Debug Adapter Protocol, made of the types that are generated from the protocol's own schema: the npm
 * package has the types only. Every property that they do not know is an error, and so is every one that is missing.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Ajv, type ValidateFunction } from 'ajv';
import ts from 'typescript';

type Schema = Record<string, unknown>;

const folder = dirname(createRequire(import.meta.url).resolve('@vscode/debugprotocol/package.json'));
const text = readFileSync(join(folder, 'lib/debugProtocol.d.ts'), 'utf8');
const file = ts.createSourceFile('debugProtocol.d.ts', text, ts.ScriptTarget.Latest, true);

const interfaces = new Map<string, ts.InterfaceDeclaration>();
const aliases = new Map<string, ts.TypeAliasDeclaration>();
const collect = (node: ts.Node): void => {
  if (ts.isInterfaceDeclaration(node)) interfaces.set(node.name.text, node);
  else if (ts.isTypeAliasDeclaration(node)) aliases.set(node.name.text, node);
  else ts.forEachChild(node, collect);
};
collect(file);

/** Members of an interface; those of its own replace inherited ones of the same name. */
function membersOf(node: ts.InterfaceDeclaration): ts.TypeElement[] {
  const parents = (node.heritageClauses ?? []).flatMap(({ types }) => types.map(({ expression }) => interfaces.get(expression.getText())));
  const inherited = parents.flatMap((parent) => (parent ? membersOf(parent) : []));
  const own = new Set(node.members.map((member) => member.name?.getText()));
  return [...inherited.filter((member) => !own.has(member.name?.getText())), ...node.members];
}

function objectOf(members: readonly ts.TypeElement[]): Schema {
  const properties = members.filter(ts.isPropertySignature);
  const index = members.find(ts.isIndexSignatureDeclaration);
  return {
    type: 'object',
    properties: Object.fromEntries(properties.map((member) => [nameOf(member), member.type ? schemaOf(member.type) : {}])),
    required: properties.filter(({ questionToken }) => !questionToken).map(nameOf),
    additionalProperties: index ? schemaOf(index.type) : properties.length === 0,
  };
}

const nameOf = (member: ts.PropertySignature): string => member.name.getText().replace(/^['"]|['"]$/g, '');

function schemaOf(node: ts.TypeNode): Schema {
  if (ts.isParenthesizedTypeNode(node)) return schemaOf(node.type);
  if (ts.isArrayTypeNode(node)) return { type: 'array', items: schemaOf(node.elementType) };
  if (ts.isUnionTypeNode(node)) return { anyOf: node.types.map(schemaOf) };
  if (ts.isTypeLiteralNode(node)) return objectOf([...node.members]);
  if (ts.isLiteralTypeNode(node)) return { const: literalOf(node.literal) };
  if (ts.isTypeReferenceNode(node)) return { $ref: `#/definitions/${node.typeName.getText().replace('DebugProtocol.', '')}` };
  const simple: Partial<Record<ts.SyntaxKind, Schema>> = {
    [ts.SyntaxKind.StringKeyword]: { type: 'string' },
    [ts.SyntaxKind.NumberKeyword]: { type: 'number' },
    [ts.SyntaxKind.BooleanKeyword]: { type: 'boolean' },
    [ts.SyntaxKind.AnyKeyword]: {},
    [ts.SyntaxKind.ObjectKeyword]: { type: 'object' },
  };
  const found = simple[node.kind];
  if (!found) throw new Error(`the protocol's types have something new: ${node.getText()}`);
  return found;
}

function literalOf(node: ts.LiteralTypeNode['literal']): unknown {
  if (ts.isStringLiteral(node)) return node.text;
  if (node.kind === ts.SyntaxKind.NullKeyword) return null;
  return JSON.parse(node.getText());
}

const definitions = Object.fromEntries([
  ...[...interfaces].map(([name, node]) => [name, objectOf(membersOf(node))]),
  ...[...aliases].map(([name, node]) => [name, schemaOf(node.type)]),
]);

const ajv = new Ajv({ strict: false, allErrors: true }).addSchema({ $id: 'protocol', definitions });
const validators = new Map<string, ValidateFunction>();

function validator(name: string): ValidateFunction {
  const known = validators.get(name) ?? ajv.compile({ $ref: `protocol#/definitions/${name}` });
  validators.set(name, known);
  return known;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** What is wrong with a message of the adapter, by the protocol; nothing is wrong with an empty list. */
export function complaints(message: DebugProtocol.ProtocolMessage): string[] {
  const { type, command, success, event } = message as Partial<DebugProtocol.Response & DebugProtocol.Event>;
  const own = type === 'event' ? `${capital(event ?? '')}Event` : success ? `${capital(command ?? '')}Response` : 'ErrorResponse';
  // Messages of our own are at least messages.
  const name = Object.hasOwn(definitions, own) ? own : capital(type ?? '');
  if (!Object.hasOwn(definitions, name)) return [`there is no message of type ${type}`];
  const validate = validator(name);
  return validate(message)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message: text, params }) => `${name}${instancePath} ${text} ${JSON.stringify(params)}`);
}
