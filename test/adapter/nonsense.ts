/** Arguments that a request should not have, made of what the schema says that it should. */
import { argumentsOf, resolved, type Schema } from './schema.ts';

/** Values of every type that JSON has, at and beyond the ends of what is usual. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  1e300,
  '',
  'x',
  '\0\ud800',
  '0xffff_ffff_ffff_ffff_f',
  '(('.repeat(50),
  [],
  [null],
  [[7]],
  {},
  { x: { x: [] } },
];
/** How deep a field may lie that is replaced: types such as `Source` contain themselves. */
const DEEPEST = 3;

/** Arguments with one field, at any depth, replaced by each of the values; `good` gives fields by name what makes sense. */
export function* nonsense(command: string, good: Readonly<Record<string, unknown>>): Generator<unknown> {
  yield undefined;
  const schema = argumentsOf(command);
  if (schema) yield* mutants(schema, good, 0);
  else yield* VALUES;
}

function* mutants(schema: Schema, good: Readonly<Record<string, unknown>>, depth: number): Generator<unknown> {
  yield* VALUES;
  if (depth > DEEPEST) return;
  const { anyOf = [], items, properties = {} } = resolved(schema);
  for (const alternative of anyOf) yield* mutants(alternative, good, depth + 1);
  if (items) for (const item of mutants(items, good, depth + 1)) yield [item];
  const whole = valid(schema, good) as object;
  for (const [name, property] of Object.entries(properties)) {
    for (const value of mutants(property, good, depth + 1)) yield { ...whole, [name]: value };
  }
}

/** The least that the schema allows. */
export function valid(schema: Schema, good: Readonly<Record<string, unknown>>, name = ''): unknown {
  if (Object.hasOwn(good, name)) return good[name];
  const { type, const: only, anyOf, properties = {}, required = [] } = resolved(schema);
  if (only !== undefined) return only;
  if (anyOf) return valid(anyOf[0], good);
  if (type === 'array') return [];
  if (type === 'object') return Object.fromEntries(required.map((field) => [field, valid(properties[field], good, field)]));
  return type === 'number' ? 0 : type === 'boolean' ? false : '';
}
