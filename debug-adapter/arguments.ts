/**
 * The arguments of one request. Nothing about them is certain, since any client may send anything: each is read by the
 * type that it must have, and the error says which one is wrong.
 */
import { RequestError } from './errors.ts';

type Fields = Readonly<Record<string, unknown>>;

export class Arguments {
  private readonly fields: Fields;

  constructor(
    private readonly path: string,
    raw: unknown,
  ) {
    if (raw !== undefined && raw !== null && (typeof raw !== 'object' || Array.isArray(raw))) throw malformed(path, 'an object');
    this.fields = (raw ?? {}) as Fields;
  }

  /** The whole, for what is handed on as it came. */
  get raw(): Fields {
    return this.fields;
  }

  has(name: string): boolean {
    return this.fields[name] !== undefined && this.fields[name] !== null;
  }

  integer(name: string): number;
  integer(name: string, otherwise: number): number;
  integer(name: string, otherwise?: number): number {
    const value = this.value(name, otherwise, 'an integer');
    if (!Number.isSafeInteger(value)) throw malformed(`${this.path}.${name}`, 'an integer');
    return value as number;
  }

  /** An integer that is no negative one. */
  count(name: string, otherwise?: number): number {
    const value = otherwise === undefined ? this.integer(name) : this.integer(name, otherwise);
    if (value < 0) throw malformed(`${this.path}.${name}`, 'no negative number');
    return value;
  }

  text(name: string, otherwise?: string): string {
    const value = this.value(name, otherwise, 'a string');
    if (typeof value !== 'string') throw malformed(`${this.path}.${name}`, 'a string');
    return value;
  }

  /** Text that says something: undefined where it is missing or blank, as clients send for "none". */
  phrase(name: string): string | undefined {
    return this.text(name, '').trim() || undefined;
  }

  flag(name: string): boolean {
    const value = this.value(name, false, 'a boolean');
    if (typeof value !== 'boolean') throw malformed(`${this.path}.${name}`, 'a boolean');
    return value;
  }

  object(name: string): Arguments {
    return new Arguments(`${this.path}.${name}`, this.fields[name]);
  }

  /** A list of objects; empty where it is missing. */
  objects(name: string): Arguments[] {
    return this.list(name).map((item, i) => {
      if (typeof item !== 'object') throw malformed(`${this.path}.${name}[${i}]`, 'an object');
      return new Arguments(`${this.path}.${name}[${i}]`, item);
    });
  }

  texts(name: string): string[] {
    return this.list(name).map((item, i) => {
      if (typeof item !== 'string') throw malformed(`${this.path}.${name}[${i}]`, 'a string');
      return item;
    });
  }

  /** One of the words of `table`. */
  oneOf<K extends string>(name: string, table: readonly K[], otherwise: K): K {
    const value = this.text(name, otherwise);
    const found = table.find((word) => word === value);
    if (found === undefined) throw malformed(`${this.path}.${name}`, `one of ${table.join(', ')}`);
    return found;
  }

  private list(name: string): readonly unknown[] {
    const value = this.fields[name] ?? [];
    if (!Array.isArray(value)) throw malformed(`${this.path}.${name}`, 'a list');
    return value;
  }

  private value(name: string, otherwise: unknown, what: string): unknown {
    const value = this.fields[name] ?? otherwise;
    if (value === undefined) throw malformed(`${this.path}.${name}`, what);
    return value;
  }
}

function malformed(path: string, what: string): RequestError {
  return new RequestError('malformed', `${path} must be ${what}`);
}
