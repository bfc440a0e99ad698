/** Test results in JUnit's format, which build servers read: a suite for each file, a case for each scenario and seed. */

export interface Case {
  readonly file: string;
  readonly name: string;
  readonly seconds: number;
  /** Why it failed, as text without colours; undefined if it passed. */
  readonly failure?: string;
}

export function junit(cases: readonly Case[]): string {
  const suites = new Map<string, Case[]>();
  for (const each of cases) suites.set(each.file, [...(suites.get(each.file) ?? []), each]);
  const bodies = [...suites].map(
    ([file, own]) => `  <testsuite name="${escaped(file)}" ${counts(own)}>\n${own.map(testcase).join('')}  </testsuite>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts(cases)}>\n${bodies.join('')}</testsuites>\n`;
}

function counts(cases: readonly Case[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const seconds = cases.reduce((sum, each) => sum + each.seconds, 0);
  return `tests="${cases.length}" failures="${failures}" errors="0" time="${seconds.toFixed(3)}"`;
}

function testcase({ file, name, seconds, failure }: Case): string {
  const head = `    <testcase classname="${escaped(file)}" name="${escaped(name)}" time="${seconds.toFixed(3)}"`;
  if (failure === undefined) return `${head}/>\n`;
  return `${head}>\n      <failure message="${escaped(failure.split('\n', 1)[0])}">${escaped(failure)}</failure>\n    </testcase>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML has no way to write most control characters. */
const escaped = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '\u00b7').replace(/[&<>"]/g, (character) => ENTITIES[character]);
