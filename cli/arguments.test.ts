import { describe, expect, it } from 'vitest';
import { DEFAULT_STEP_LIMIT, help, parseArguments } from './arguments.ts';

const parse = (line: string) => parseArguments(line.split(' '));

describe('a command line', () => {
  it('names a command, its files and options in any order', () => {
    expect(parse('run --seed 3 a.tfw --verbose')).toEqual({
      kind: 'command',
      command: 'run',
      files: ['a.tfw'],
      options: { seed: 3, stepLimit: DEFAULT_STEP_LIMIT, verbose: true },
    });
  });

  it('gives an option its value after a space or an equals sign', () => {
    expect(parse('test a.tfw --step-limit=1_000')).toEqual(parse('test a.tfw --step-limit 1000'));
  });

  it('asks for help or the version whatever else it says', () => {
    expect(parse('run --help')).toEqual({ kind: 'help' });
    expect(parse('--version')).toEqual({ kind: 'version' });
  });

  it.each([
    ['walk a.tfw', 'there is no command `walk`'],
    ['toString a.tfw', 'there is no command `toString`'],
    ['run', '`run` needs a file'],
    ['run a.tfw b.tfw', '`run` takes one file'],
    ['run a.tfw --fast', 'there is no option --fast'],
    ['run a.tfw --seed', '--seed needs a value'],
    ['run a.tfw --step-limit 0', '--step-limit: `0` is no whole number of at least 1'],
    ['run a.tfw --seed x', '--seed: `x` is no whole number of at least 0'],
  ])('that makes no sense is told what is wrong: %s', (line, text) => {
    expect(parse(line)).toEqual({ kind: 'mistake', text });
  });

  it('finds every command and option in the help', () => {
    for (const word of ['run', 'test', 'trace', '--scenario NAME', '--step-limit N', '--seed N', '--help']) expect(help()).toContain(word);
  });
});
