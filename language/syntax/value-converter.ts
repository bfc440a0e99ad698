/** Values of literals: integers with units, pieces of strings. */
import { type CstNode, DefaultValueConverter, type GrammarAST, type ValueType } from 'langium';

const UNITS: Readonly<Record<string, bigint>> = { KiB: 1n << 10n, MiB: 1n << 20n, GiB: 1n << 30n, TiB: 1n << 40n };
const INTEGER = /^(.*?)[ \t]*([KMGT]iB)?$/;
const ESCAPE = /\\(.)/g;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Value of a literal such as `0x8800_0000` or `4 KiB`; of its first digits if it is malformed. */
export function integerValue(text: string): bigint {
  const [, digits, unit] = INTEGER.exec(text)!;
  const plain = digits.replaceAll('_', '');
  const value = /^(0[xb])?$/.test(plain) ? 0n : BigInt(plain);
  return unit === undefined ? value : value * UNITS[unit];
}

const unquote = (text: string): string => text.slice(1, -1).replace(ESCAPE, (_, letter: string) => ESCAPES[letter] ?? letter);

const CONVERTERS: Readonly<Record<string, (text: string) => ValueType>> = {
  INT: integerValue,
  STRING: unquote,
  STR_START: unquote,
  STR_MID: unquote,
  STR_END: unquote,
};

export class TfwValueConverter extends DefaultValueConverter {
  protected override runConverter(rule: GrammarAST.AbstractRule, input: string, node: CstNode): ValueType {
    const convert = CONVERTERS[rule.name];
    return convert === undefined ? super.runConverter(rule, input, node) : convert(input);
  }
}
