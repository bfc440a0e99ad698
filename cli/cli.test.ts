import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sandbox, scenario, USE } from './testing.ts';

const here = sandbox({
  'good.tfw': `${USE}${scenario('does nothing', 'finish')}`,
  'several.tfw': `${USE}${scenario('one', 'finish')}${scenario('two', 'panic("two gave up")')}`,
  'endless.tfw': `${USE}${scenario('goes round', 'while true { isb() }')}`,
  'unmet.tfw': `${USE}${scenario('compares', 'let a: u64 = 6\n            expect a * 2 == 13, "thirteen"')}`,
  'unseen.tfw': `${USE}${scenario('waits for', 'finish', 'expect event smc(fid == 0x1234)')}`,
  'given.tfw': `${USE}${scenario('takes', 'expect page == 0x2000', 'arg page: u64 = 0x1000')}`,
  'seeded.tfw': `${USE}${scenario('seeded', 'finish', 'seeds 3..4')}`,
  'wrong.tfw': `${USE}${scenario('misspelt', 'finish_now()')}`,
  'module.tfw': 'const ONE: u64 = 1\n',
  'scenarios/deep/one.tfw': `${USE}${scenario('deep one', 'finish')}`,
  'scenarios/two.tfw': `${USE}${scenario('two', 'finish')}`,
});
const worldstep = here.run;
afterAll(here.remove);

describe('worldstep run', () => {
  it('prints the flow and the result, and ends with 0 if it passed', async () => {
    const { code, out } = await worldstep('run', 'good.tfw');
    expect(code).toBe(0);
    expect(out).toContain('host.main  finished in Non-secure EL2');
    expect(out).toMatch(/passed: does nothing \(\d+ steps\)$/);
  });

  it('ends with 1 and says where, what came last and how to look closer, if it failed', async () => {
    const { code, out } = await worldstep('run', 'several.tfw#two');
    expect(code).toBe(1);
    expect(out).toMatch(/several.tfw:16:13: panic: two gave up\n {2}16 \| +panic\("two gave up"\)\n {5}\| +\^/);
    expect(out).toMatch(/last events:\n(.*\n)* {2}step \d+, core 0: panic: two gave up/);
    expect(out).toContain("worldstep trace 'several.tfw#two'");
    expect(out).toMatch(/code --goto several.tfw:16:13, then F5$/);
  });

  it('says what an expectation demanded and what there was', async () => {
    expect((await worldstep('run', 'unmet.tfw')).out).toMatch(/ {2}expected {2}a \* 2 == 13\n {2}found {5}left is 0xc, right is 0xd/);
    const { out } = await worldstep('run', 'unseen.tfw');
    expect(out).toMatch(/never happened: .*\n(.*\n)* {2}expected {2}event smc\(fid == 0x1234\)\n {2}found {5}(\d+ )?other such events/);
  });

  it('gives arguments their values, and says which the scenario does not have', async () => {
    expect((await worldstep('run', 'given.tfw')).code).toBe(1);
    expect((await worldstep('run', 'given.tfw', '--arg', 'page=0x2000')).code).toBe(0);
    expect(await worldstep('run', 'given.tfw', '--arg', 'pge=0x2000')).toMatchObject({
      code: 1,
      err: expect.stringContaining('did you mean `page`?'),
    });
  });

  it('asks for a name where there are several scenarios', async () => {
    const { code, err } = await worldstep('run', 'several.tfw');
    expect(code).toBe(1);
    expect(err).toContain('name one of "one", "two"');
  });

  it('gives an endless loop up, and says where each core was', async () => {
    const { code, out } = await worldstep('run', 'endless.tfw', '--step-limit', '200000');
    expect(code).toBe(1);
    expect(out).toContain('no end after 200000 steps; --step-limit N allows more');
    expect(out).toMatch(/endless.tfw:6:26: core 0 goes round in host.main \(Non-secure EL2\)\n {2}6 \| +while true \{ isb\(\) \}/);
  });

  it('prints errors of the source with their places, and ends with 1', async () => {
    const { code, err } = await worldstep('run', 'wrong.tfw');
    expect(code).toBe(1);
    expect(err).toMatch(/^wrong.tfw:6:13: error TFW101: .*\n {2}6 \| {13}finish_now\(\)\n/);
  });

  it('ends with 2 for what is no file, and for what is no command', async () => {
    expect(await worldstep('run', 'absent.tfw')).toMatchObject({ code: 2, err: 'worldstep: there is no file absent.tfw' });
    expect(await worldstep('fly', 'good.tfw')).toMatchObject({ code: 2, out: '' });
  });

  it('is one document of JSON if asked for, errors or not', async () => {
    const failed = JSON.parse((await worldstep('run', 'several.tfw#two', '--json')).out);
    expect(failed).toMatchObject({
      format: 1,
      command: 'run',
      file: 'several.tfw',
      scenario: 'two',
      passed: false,
      outcome: 'end',
      seed: 1,
    });
    expect(failed.reasons).toEqual([
      { text: 'panic: two gave up', range: { file: 'several.tfw', line: 16, column: 13, endLine: 16, endColumn: 33 } },
    ]);
    expect(failed.flow.at(-1)).toMatchObject({ core: 0, depth: 0, text: 'host.main  panic: two gave up' });
    const broken = await worldstep('run', 'wrong.tfw', '--json');
    expect(broken.err).toBe('');
    expect(JSON.parse(broken.out)).toMatchObject({
      passed: false,
      diagnostics: [{ code: 'TFW101', severity: 'error', range: { line: 6, column: 13 } }],
    });
  });
});

describe('worldstep trace', () => {
  it('prints the flow alone', async () => {
    const { code, out } = await worldstep('trace', 'good.tfw');
    expect(code).toBe(0);
    expect(out.split('\n').at(-1)).toBe('host.main  finished in Non-secure EL2');
  });

  it('shows every call if asked to', async () => {
    expect((await worldstep('trace', 'good.tfw')).out).not.toContain('bl31.bl31_setup');
    expect((await worldstep('trace', 'good.tfw', '--verbose')).out).toMatch(/^bl31.reset\n {2}bl31.bl31_setup\(\)\n/);
  });

  it('is a line of JSON for each line, and one for the end', async () => {
    const lines = (await worldstep('trace', 'good.tfw', '--json')).out.split('\n').map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({ type: 'line', step: 0, core: 0, depth: 0, text: 'bl31.reset' });
    expect(lines.at(-1)).toMatchObject({ type: 'end', scenario: 'does nothing', passed: true });
  });
});

describe('worldstep test', () => {
  it('runs every scenario of every file, and fails if one fails', async () => {
    const { code, out } = await worldstep('test', 'good.tfw', 'several.tfw');
    expect(code).toBe(1);
    expect(out).toMatch(
      /^passed {2}good.tfw#does nothing .*\npassed {2}several.tfw#one .*\nFAILED {2}several.tfw#two .*\n {2}several.tfw:16:13: panic/,
    );
    expect(out.split('\n').at(-1)).toBe('2 passed, 1 failed');
  });

  it('runs a scenario under each of its seeds, or under the one that is given', async () => {
    expect((await worldstep('test', 'seeded.tfw')).out).toMatch(/seeded, seed 3 .*\n.*seeded, seed 4 .*\n2 passed/);
    expect((await worldstep('test', 'seeded.tfw', '--seed', '9')).out).toMatch(/^passed {2}seeded.tfw#seeded, seed 9 .*\n1 passed/);
  });

  it('takes scenarios/ unless told otherwise, and patterns', async () => {
    const names = ({ out }: { readonly out: string }) => [...out.matchAll(/^passed {2}(.*)#/gm)].map(([, name]) => name);
    expect(names(await worldstep('test'))).toEqual(['scenarios/deep/one.tfw', 'scenarios/two.tfw']);
    expect(names(await worldstep('test', 'scenarios/*.tfw'))).toEqual(['scenarios/two.tfw']);
    expect(names(await worldstep('test', 'scenarios/**/*.tfw', 'scenarios'))).toEqual(['scenarios/deep/one.tfw', 'scenarios/two.tfw']);
    expect(await worldstep('test', 'nowhere/*.tfw')).toMatchObject({ code: 2 });
  });

  it('passes over files of a folder that have no scenario, but not over those with errors', async () => {
    here.write({
      'mixed/module.tfw': 'const ONE: u64 = 1\n',
      'mixed/wrong.tfw': 'const = 1\n',
      'mixed/good.tfw': `${USE}${scenario('fine', 'finish')}`,
    });
    const { out } = await worldstep('test', 'mixed');
    expect(out).not.toContain('module.tfw');
    expect(out).toMatch(/FAILED {2}mixed\/wrong.tfw\n {2}mixed\/wrong.tfw:1:7: error TFW001/);
    expect(out.split('\n').at(-1)).toBe('1 passed, 1 failed');
  });

  it('fails a file that is named and has nothing to run, and where nothing is found to run', async () => {
    expect(await worldstep('test', 'module.tfw')).toMatchObject({ code: 1, out: expect.stringContaining('TFW404') });
    expect(await worldstep('test', 'scenarios', '--scenario', 'none')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no scenario "none"'),
    });
  });

  it('runs the one scenario that is asked for', async () => {
    expect((await worldstep('test', 'several.tfw', '--scenario', 'one')).out).toMatch(/1 passed, 0 failed$/);
    expect((await worldstep('test', 'several.tfw#one')).out).toMatch(/1 passed, 0 failed$/);
  });

  it('gives an argument to the scenarios that have it, and refuses one that none has', async () => {
    expect((await worldstep('test', 'given.tfw', 'good.tfw', '--arg', 'page=0x2000')).out).toMatch(/2 passed, 0 failed$/);
    expect(await worldstep('test', 'good.tfw', '--arg', 'page=0x2000')).toMatchObject({ code: 2, err: expect.stringContaining('`page`') });
  });

  it('is a line of JSON for each test, between one for the start and one for the end', async () => {
    const lines = (await worldstep('test', 'several.tfw', '--json')).out.split('\n').map((line) => JSON.parse(line));
    expect(lines.map(({ type, scenario, passed }) => [type, scenario ?? '', passed])).toEqual([
      ['start', '', undefined],
      ['test', 'one', true],
      ['test', 'two', false],
      ['end', '', 1],
    ]);
    expect(lines[0]).toEqual({ type: 'start', format: 1, total: 2 });
  });

  it('leaves a report for build servers', async () => {
    await worldstep('test', 'several.tfw', '--junit', 'report.xml');
    const report = readFileSync(join(here.folder, 'report.xml'), 'utf8');
    expect(report).toMatch(/<testsuites tests="2" failures="1" errors="0" time="[\d.]+">/);
    expect(report).toMatch(/<testcase classname="several.tfw" name="one" time="[\d.]+"\/>/);
    expect(report).toMatch(/<failure message="several.tfw:16:13: panic: two gave up">/);
    expect(report).toContain('panic(&quot;two gave up&quot;)');
    expect(await worldstep('test', 'good.tfw', '--junit', 'no/such/folder.xml')).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be written'),
    });
  });

  it('shows how far it is', async () => {
    expect((await worldstep('test', 'several.tfw')).progress).toEqual(['0/2  several.tfw#one', '1/2  several.tfw#two', '']);
  });
});

describe('worldstep check', () => {
  it('prints all errors of all files at once, in their order, and ends with 1', async () => {
    here.write({ 'bad/b.tfw': 'fn f() { a = 1 }\nfn g() { let = 2 }\n', 'bad/a.tfw': 'fn f() { u = 1 }\n' });
    const { code, out } = await worldstep('check', 'bad');
    expect(code).toBe(1);
    expect([...out.matchAll(/^(\S+): error (\S+):/gm)].map(([, at, number]) => `${at} ${number}`)).toEqual([
      'bad/a.tfw:1:10 TFW101',
      'bad/b.tfw:1:10 TFW101',
      'bad/b.tfw:2:14 TFW001',
    ]);
    expect(out).toMatch(/2 files: 3 errors, no warnings$/);
  });

  it('ends with 0 where nothing is wrong', async () => {
    expect(await worldstep('check', 'good.tfw')).toMatchObject({ code: 0, out: '1 file: no errors, no warnings' });
  });

  it('finds what only linking a scenario finds', async () => {
    here.write({
      'link.tfw': `${USE}image far in Root.EL3 { entry start { wfi() } }\nplatform mine extends cca { load far at 0x7000_0000_0000 }\n${scenario('far', 'finish').replace('on cca', 'on mine')}`,
    });
    expect(await worldstep('check', 'link.tfw')).toMatchObject({ code: 1, out: expect.stringContaining('TFW401') });
  });

  it('says what a used file has wrong once, however many use it', async () => {
    here.write({ 'used/m.tfw': 'const A: u8 = 300\n', 'used/a.tfw': 'use "./m.tfw"\n', 'used/b.tfw': 'use "./m.tfw"\n' });
    expect((await worldstep('check', 'used/a.tfw', 'used/b.tfw')).out).toMatch(
      /^used\/m.tfw:1:15: error TFW206[\s\S]*2 files: 1 error, no warnings$/,
    );
  });

  it('is a document of JSON if asked for', async () => {
    expect(JSON.parse((await worldstep('check', 'wrong.tfw', '--json')).out)).toMatchObject({
      format: 1,
      command: 'check',
      files: 1,
      errors: 1,
      warnings: 0,
      diagnostics: [{ code: 'TFW101', range: { file: 'wrong.tfw', line: 6 } }],
    });
  });
});

describe('worldstep fmt', () => {
  const text = () => readFileSync(join(here.folder, 'loose.tfw'), 'utf8');

  it('formats files, and with --check says which are not formatted', async () => {
    here.write({ 'loose.tfw': 'const A=1\n' });
    expect(await worldstep('fmt', '--check', 'loose.tfw', 'module.tfw')).toMatchObject({ code: 1, out: 'not formatted: loose.tfw' });
    expect(text()).toBe('const A=1\n');
    expect(await worldstep('fmt', 'loose.tfw', 'module.tfw')).toMatchObject({ code: 0, out: 'formatted loose.tfw' });
    expect(text()).toBe('const A = 1\n');
    expect(await worldstep('fmt', '--check', 'loose.tfw')).toMatchObject({ code: 0, out: '' });
  });

  it('leaves a file that cannot be read as it is, and says why', async () => {
    here.write({ 'loose.tfw': 'const  A = = 1\n' });
    expect(await worldstep('fmt', 'loose.tfw')).toMatchObject({ code: 1, err: expect.stringContaining('loose.tfw:1:12: error TFW001') });
    expect(text()).toBe('const  A = = 1\n');
  });

  it('is a document of JSON if asked for', async () => {
    here.write({ 'loose.tfw': 'const A=1\n' });
    expect(JSON.parse((await worldstep('fmt', '--check', 'loose.tfw', 'module.tfw', '--json')).out)).toEqual({
      format: 1,
      command: 'fmt',
      files: [
        { file: 'loose.tfw', status: 'unformatted', diagnostics: [] },
        { file: 'module.tfw', status: 'unchanged', diagnostics: [] },
      ],
    });
  });
});

describe('files', () => {
  it('outside the folder are not reached by `use`, not by a link either', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'worldstep-secret-'));
    writeFileSync(join(elsewhere, 'secret.tfw'), 'const SECRET: u64 = 1\n');
    symlinkSync(join(elsewhere, 'secret.tfw'), join(here.folder, 'outside.tfw'));
    for (const path of ['./outside.tfw', `../${elsewhere.split('/').at(-1)}/secret.tfw`, `${elsewhere}/secret.tfw`]) {
      here.write({ 'thief.tfw': `use "${path}"\n${USE}${scenario('steals', 'x0 = SECRET')}` });
      expect(await worldstep('run', 'thief.tfw')).toMatchObject({ code: 1, err: expect.stringMatching(/^thief.tfw:1:1: error TFW104/) });
    }
    rmSync(elsewhere, { recursive: true });
  });
});
