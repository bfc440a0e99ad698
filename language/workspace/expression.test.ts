import { AstUtils } from 'langium';
import { describe, expect, it } from 'vitest';
import { createTypes } from '../check/index.ts';
import { spell } from '../check/type-of.ts';
import { isBlock, isExprStatement } from '../syntax/generated/ast.ts';
import { type ExpressionScope, parseExpression } from './expression.ts';
import { parseProgram } from './program.ts';
import { inFunction, TEST_URI } from './testing.ts';

const TEXT = inFunction(
  'let early = &s\nif early.x == 1 {\nlet inner = 2\nx0 = inner\n}\nlet late = 1',
  'var s: P',
  'struct P { x: u16, y: [u8; 2] }\nevent seen { how: u64 }',
);
const { main } = parseProgram(TEST_URI, { read: () => TEXT });
const place = AstUtils.streamAllContents(main!).find((node) => isExprStatement(node) && isBlock(node.$container))!;

function asked(text: string, scope?: ExpressionScope): string | string[] {
  const parsed = parseExpression(text, place, scope);
  return 'expression' in parsed
    ? spell(createTypes().infer(parsed.expression))
    : parsed.diagnostics.map(({ code, range }) => `${code} ${range.uri}${range.column}-${range.endColumn}`);
}

describe('an expression of the debugger', () => {
  it('sees what a statement at that place sees', () => {
    expect(asked('early.x + inner')).toBe('u64');
    expect(asked('s.y')).toBe('[u8; 2]');
    expect(asked('SCR_EL3.NS')).toBe('u64');
    expect(asked('RMI_VERSION')).toBe('u64');
    expect(asked('late')).toEqual(['TFW101 expression:0-4']);
  });

  it('sees the fields of the event that it is about', () => {
    expect(asked('pa == 0x1000 && from == NS.EL2', { event: 'gpc_fault' })).toBe('bool');
    expect(asked('how == 3', { firmwareEvent: 'seen' })).toBe('bool');
    expect(asked('pa')).toEqual([expect.stringContaining('TFW101')]);
  });

  it.each(['', '   ', '1 +', '1 2', ')', 'a b c', '"a', '(('.repeat(10_000), 'x = 1', 'let y = 1', '\u0001'])(
    'that cannot be read is an error: %j',
    (text) => {
      const found = asked(text);
      expect(Array.isArray(found) && found.length).toBeGreaterThan(0);
    },
  );

  it('is checked as a statement would be', () => {
    expect(asked('early + early')).toEqual([expect.stringContaining('TFW201 expression:0-13')]);
    expect(asked('nowhere(1)')).toEqual([expect.stringContaining('TFW101 expression:0-7')]);
  });
});
