import { describe, expect, it } from 'vitest';
import { diagnosticText, remark, withLibrary } from './report.ts';

const uri = 'file:///work/a.tfw';
const range = { uri, line: 1, column: 1, endLine: 1, endColumn: 4 };
const sources = (wanted: string) => (wanted === uri ? 'first\n\tfoo = 1\n' : undefined);

describe('a diagnostic', () => {
  it('says where it stands, counted from one, and points at it, after tabs too', () => {
    const text = diagnosticText({ code: 'TFW101', severity: 'error', message: 'No.', range, suggestion: 'bar' }, sources, {
      cwd: '/work',
      colours: false,
    });
    expect(text).toBe(['a.tfw:2:2: error TFW101: No.', '  2 | \tfoo = 1', '    | \t^^^', '  help: bar'].join('\n'));
  });

  it('that goes over several lines points at the rest of the first', () => {
    const text = diagnosticText({ code: 'TFW101', severity: 'error', message: 'No.', range: { ...range, endLine: 2 } }, sources, {
      cwd: '/work',
      colours: false,
    });
    expect(text.split('\n').at(-1)).toBe('    | \t^^^^^^^');
  });

  it('of a file that cannot be read stands alone', () => {
    const text = diagnosticText({ code: 'TFW104', severity: 'error', message: 'No.', range: { ...range, uri: 'file:///b.tfw' } }, sources, {
      cwd: '/',
      colours: false,
    });
    expect(text).toBe('b.tfw:2:2: error TFW104: No.');
  });

  it('in the library shows its source', () => {
    const at = { uri: 'worldstep-lib:/firmware/arm/cca.tfw', line: 0, column: 0, endLine: 0, endColumn: 1 };
    expect(remark('why', at, withLibrary(sources), { cwd: '/work', colours: false })).toMatch(
      /^firmware\/arm\/cca.tfw:1:1: why\n {2}1 \| ./,
    );
  });

  it('shows a part of a line that is very long, and nothing that a terminal would obey', () => {
    const long = `${'\u001b[2J'.repeat(100)}x = ${'y'.repeat(1000)}`;
    const text = remark('no', { uri, line: 0, column: 404, endLine: 0, endColumn: 1404 }, () => long, { cwd: '/work', colours: false });
    const [, shown, carets] = text.split('\n');
    expect(shown).not.toContain('\u001b');
    expect(shown.length).toBeLessThan(220);
    expect(shown[carets.indexOf('^')]).toBe('y');
  });

  it('is coloured for those who see colours', () => {
    const about = { code: 'TFW101', severity: 'error', message: 'No.', range } as const;
    expect(diagnosticText(about, sources, { cwd: '/work', colours: true })).toContain('\x1b[31merror TFW101\x1b[0m');
  });
});
