import { describe, expect, it } from 'vitest';
import type { FileProvider } from '../workspace/index.ts';
import { diagnose } from './diagnose.ts';
import { hoverAt } from './hover.ts';
import { declarationOf, nameAt } from './names.ts';

const URI = 'file:///work/host.tfw';
const TEXT = `use firmware.arm.cca

/// How often the host asks.
const ROUNDS: u64 = 16

scenario "hover" on cca {
    image host in NS.EL2 {
        /// Asks once.
        fn ask() -> u64 {
            return smc(RMI_VERSION, 0x1_0000)
        }
        fn main() {
            for i in 0..ROUNDS { ask() }
            SCTLR_EL2.M = 0
            expect ESR_EL2.EC == EC_UNKNOWN
        }
    }
    core 0 runs host.main
}
`;
const provide = (text: string): FileProvider => ({ read: (uri) => (uri === URI ? text : undefined) });

/** Where the n-th occurrence of `word` begins. */
function placeOf(word: string, occurrence = 1): { line: number; column: number } {
  let at = -1;
  for (let i = 0; i < occurrence; i++) at = TEXT.indexOf(word, at + 1);
  const before = TEXT.slice(0, at).split('\n');
  return { line: before.length - 1, column: before[before.length - 1].length + 1 };
}
const hover = (word: string, occurrence?: number): string => hoverAt(provide(TEXT), URI, placeOf(word, occurrence)) ?? '';

describe('errors in the editor', () => {
  it('are none in a file without any', () => {
    expect(diagnose(provide(TEXT), URI)).toEqual([]);
  });

  it('stand at their place, with their number and a suggestion', () => {
    const [error, ...more] = diagnose(provide(TEXT.replace('RMI_VERSION', 'RMI_VERSON')), URI);
    expect(more).toEqual([]);
    expect(error).toMatchObject({ code: 'TFW101', suggestion: 'RMI_VERSION', range: { line: 9, column: 23, endColumn: 33 } });
  });

  it('include what only linking finds', () => {
    const wrong = TEXT.replace('image host in NS.EL2', 'image host in Realm.EL2');
    expect(diagnose(provide(wrong), URI).map(({ code }) => code)).toContain('TFW402');
  });
});

describe('a hover over what a scenario brings', () => {
  const text = `scenario "s" on p {
    /// Where it is.
    arg page: u64 = 0x1000
    image host in NS.EL2 { fn main() { x0 = page + host.base } }
}`;
  const at = (word: string): string => {
    const before = text.slice(0, text.indexOf(word)).split('\n');
    return hoverAt(provide(text), URI, { line: before.length - 1, column: before[before.length - 1].length + 1 }) ?? '';
  };

  it('gives the value of an argument, and what is known of an image', () => {
    expect(at('page +')).toMatch(/arg page: u64 = 0x1000[\s\S]*Where it is\.[\s\S]*= 0x1000/);
    expect(at('base }')).toContain('Physical address where the image is loaded.');
  });
});

describe('a hover', () => {
  it('explains registers by their row, with section and fields', () => {
    expect(hover('SCTLR_EL2')).toMatch(/SCTLR_EL2: 64 bits[\s\S]*Arm ARM[\s\S]*`M`/);
  });

  it('explains fields of registers and names of their values', () => {
    expect(hover('EC ==')).toContain('ESR_EL2.EC, bits 31:26');
    expect(hover('EC_UNKNOWN')).toContain('const EC_UNKNOWN = 0');
  });

  it('explains instructions', () => {
    expect(hover('smc(')).toMatch(/smc\(.*x0.*\)[\s\S]*Arm ARM/);
  });

  it('shows the comment of what was declared here or in the library', () => {
    expect(hover('ask() }')).toMatch(/fn ask\(\) -> u64[\s\S]*Asks once\./);
    expect(hover('ROUNDS {')).toMatch(/How often the host asks\.[\s\S]*= 0x10/);
    expect(hover('RMI_VERSION')).toContain('const RMI_VERSION');
  });
});

describe('a definition', () => {
  it('is found in the file and in the library, and not for rows of tables', () => {
    const at = (word: string, occurrence?: number) => {
      const found = nameAt(provide(TEXT), URI, placeOf(word, occurrence));
      return found && declarationOf(found);
    };
    expect(at('ask() }')).toMatchObject({ uri: URI, line: 8 });
    expect(at('RMI_VERSION')).toMatchObject({ uri: 'worldstep-lib:/firmware/arm/rmi.tfw' });
    expect(at('SCTLR_EL2')).toBeUndefined();
  });
});
