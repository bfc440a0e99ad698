/**
 * Why an access faulted, as a page: every stage of the access in order, with the fields of the entries that it read. The
 * instruction's other accesses, which passed, are folded away below.
 */
import type { ExplainedFieldEntry, FaultExplanation } from '../../debug-adapter/protocol.ts';
import { say } from '../say.ts';

type Access = FaultExplanation['accesses'][number];
type Step = Access['steps'][number];
type Entry = NonNullable<Step['entry']>;
type Writer = NonNullable<FaultExplanation['writer']>;

const verdicts = {
  pass: { mark: '✓', title: (unit: string, title: string) => say('{0} passes: {1}', unit, title) },
  fault: { mark: '✗', title: (unit: string, title: string) => say('{0} refuses: {1}', unit, title) },
} as const satisfies Record<Step['verdict'], { mark: string; title: (unit: string, title: string) => string }>;

/** The page works without scripts, and says everything without colours. */
export function explanationPage(explanation: FaultExplanation, nonce: string): string {
  const { title, accesses, writer } = explanation;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<title>${html(say('Why did it fault?'))}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
<h1>${html(title)}</h1>
${accesses
  .flatMap(({ steps }) => steps)
  .filter(({ verdict }) => verdict === 'fault')
  .map(refusal)
  .join('\n')}
${writer ? writerLine(writer) : ''}
${accesses.filter(refused).map(accessSection).join('\n')}
${accesses
  .filter((access) => !refused(access))
  .map(foldedAccess)
  .join('\n')}
</main>
</body>
</html>`;
}

function writerLine({ step, text, uri, line }: Writer): string {
  const code = uri === undefined || line === undefined ? [] : [link(say('Show the code'), 'worldstep.showSource', uri, line)];
  return `<p>${html(text)}. ${[link(say('Travel there'), 'worldstep.goToStep', step), ...code].join(' · ')}</p>`;
}

/** One of the commands that the page may run; see the panel. */
function link(text: string, command: string, ...args: readonly (string | number)[]): string {
  return `<a href="${html(`command:${command}?${encodeURIComponent(JSON.stringify(args))}`)}">${html(text)}</a>`;
}

/** The answer in one line, before the stages that lead to it. */
function refusal({ note, section }: Step): string {
  return `<p class="refusal"><span class="mark" aria-hidden="true">${verdicts.fault.mark}</span> ${html(note)} <cite>${html(section)}</cite></p>`;
}

const refused = ({ steps }: Access) => steps.some(({ verdict }) => verdict === 'fault');

function accessSection({ title, steps }: Access): string {
  return `<section><h2>${html(capital(title))}</h2>${stepList(steps)}</section>`;
}

function foldedAccess({ title, steps }: Access): string {
  return `<details><summary>${html(say('{0}, which passes', capital(title)))}</summary>${stepList(steps)}</details>`;
}

const stepList = (steps: readonly Step[]) => `<ol>${steps.map(stepItem).join('')}</ol>`;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function stepItem({ unit, title, section, verdict, note, entry }: Step): string {
  const { mark, title: spell } = verdicts[verdict];
  return `<li class="${verdict}">
<h3><span class="mark" aria-hidden="true">${mark}</span> ${html(spell(unit, title))}</h3>
<p>${html(note)} <cite>${html(section)}</cite></p>
${entry ? entryTable(entry) : ''}
</li>`;
}

function entryTable({ name, address, value, fields }: Entry): string {
  const what = address ? say('{0} at {1}', name, address) : name;
  const columns = [say('Field'), say('Bits'), say('Value'), say('Meaning')].map((column) => `<th scope="col">${html(column)}</th>`);
  return `<table>
<caption>${html(what)} = <code>${html(value)}</code></caption>
<thead><tr>${columns.join('')}</tr></thead>
<tbody>${fields.map(fieldRow).join('')}</tbody>
</table>`;
}

function fieldRow({ name, bits, value, meaning, deciding }: ExplainedFieldEntry): string {
  const told = [meaning, deciding ? say('this decides') : undefined].filter((text) => text !== undefined).join('; ');
  const cells = [html(bits), `<code>${html(value)}</code>`, html(told)].map((cell) => `<td>${cell}</td>`).join('');
  return `<tr${deciding ? ' class="deciding"' : ''}><th scope="row">${html(name)}</th>${cells}</tr>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function html(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}

const style = `
body { color: var(--vscode-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); line-height: 1.5; max-width: 60em; }
h1 { font-size: 1.4em; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); padding-bottom: 0.5em; }
h2 { font-size: 1.15em; margin-top: 1.5em; }
summary { cursor: pointer; margin-top: 1em; }
h3 { font-size: 1em; margin: 0; }
ol { list-style: none; padding: 0; }
li { border-left: 3px solid var(--vscode-testing-iconPassed); padding: 0.1em 0 0.4em 0.8em; margin: 0.8em 0; }
li.fault { border-left-color: var(--vscode-errorForeground); }
.mark { color: var(--vscode-testing-iconPassed); }
.fault .mark, .refusal .mark { color: var(--vscode-errorForeground); }
.refusal { font-weight: bold; }
.refusal cite { font-weight: normal; }
li p { margin: 0.2em 0; }
cite { color: var(--vscode-descriptionForeground); font-style: normal; }
table { border-collapse: collapse; margin: 0.5em 0; }
caption { text-align: left; padding: 0.3em 0; }
th, td { border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); padding: 0.15em 0.7em; text-align: left; }
tbody th { font-weight: normal; }
code { font-family: var(--vscode-editor-font-family); background: none; color: inherit; padding: 0; }
tr.deciding th, tr.deciding td { font-weight: bold; }
a { color: var(--vscode-textLink-foreground); }
`;
