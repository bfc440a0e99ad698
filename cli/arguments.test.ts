import { describe, expect, it } from 'vitest';
import { DEFAULT_STEP_LIMIT, parseArguments } from './arguments.ts';
import { help } from './help.ts';
import { COMMANDS, OPTIONS } from './options.ts';

const parse = (line: string) => parseArguments(line.split(' '));
const DEFAULTS = { stepLimit: DEFAULT_STEP_LIMIT, args: {}, verbose: false, json: false, check: false };

describe('a command line', () => {
  it('names a command, its files and options in any order', () => {
    expect(parse('run --seed 3 a.tfw --verbose')).toEqual({
      kind: 'command',
      command: 'run',
      files: ['a.tfw'],
      options: { ...DEFAULTS, seed: 3, verbose: true },
    });
  });

  it('gives an option its value after a space or an equals sign', () => {
    expect(parse('test a.tfw --step-limit=1_000')).toEqual(parse('test a.tfw --step-limit 1000'));
  });

  it('gives arguments values as programs write them, as often as wanted', () => {
    expect(parse('run a.tfw --arg page=0x8800_0000 --arg size=4KiB --arg --json=1')).toMatchObject({ kind: 'mistake' });
    expect(parse('run a.tfw --arg page=0x8800_0000 --arg=size=4KiB --arg on=true')).toMatchObject({
      options: { args: { page: 0x8800_0000n, size: 4096n, on: 1n } },
    });
  });

  it('may name no file where there is a folder to take', () => {
    expect(parse('test')).toEqual({ kind: 'command', command: 'test', files: [], options: DEFAULTS });
  });

  it('has no options behind `--`', () => {
    expect(parse('test --json -- --odd.tfw')).toMatchObject({ files: ['--odd.tfw'] });
  });

  it('asks for help, of a command if it names one, or for the version', () => {
    expect(parse('--help')).toEqual({ kind: 'help' });
    expect(parse('run --help')).toEqual({ kind: 'help', command: 'run' });
    expect(parse('help test')).toEqual({ kind: 'help', command: 'test' });
    expect(parse('--version')).toEqual({ kind: 'version' });
  });

  it.each([
    ['walk a.tfw', 'there is no command `walk`'],
    ['tset a.tfw', 'there is no command `tset`; did you mean `test`?'],
    ['toString a.tfw', 'there is no command `toString`'],
    ['run', '`run` needs a file'],
    ['run a.tfw b.tfw', '`run` takes one file'],
    ['run a.tfw --fast', 'there is no option --fast'],
    ['run a.tfw --sede 3', 'there is no option --sede; did you mean `--seed`?'],
    ['run a.tfw --step 3', 'there is no option --step; did you mean `--step-limit`?'],
    ['run a.tfw --constructor', 'there is no option --constructor'],
    ['run a.tfw --junit x', '`run` has no option --junit'],
    ['check a.tfw --seed 1', '`check` has no option --seed'],
    ['run a.tfw --json=yes', '--json takes no value'],
    ['run a.tfw --seed', '--seed needs a value: --seed N'],
    ['run a.tfw --step-limit 0', '--step-limit: `0` is no whole number of at least 1'],
    ['run a.tfw --seed x', '--seed: `x` is no whole number of at least 0'],
    ['run a.tfw --arg page', '--arg: `page` is not like `name=0x1000`'],
    ['run a.tfw --arg page=x', '--arg: `page=x` is not like `name=0x1000`'],
  ])('that makes no sense is told what is wrong: %s', (line, text) => {
    expect(parse(line)).toEqual({ kind: 'mistake', text });
  });
});

describe('help', () => {
  it('names every command and option', () => {
    for (const { usage } of Object.values(COMMANDS)) expect(help()).toContain(usage);
    for (const option of [...Object.keys(OPTIONS), '--help', '--version']) expect(help()).toContain(option);
  });

  it('of a command names its own options only', () => {
    expect(help('check')).toContain('--json');
    expect(help('check')).not.toContain('--seed');
    expect(help('test')).toContain('--junit FILE');
  });
});
