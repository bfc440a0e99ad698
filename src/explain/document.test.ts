import { describe, expect, it } from 'vitest';
import type { FaultExplanation } from '../../debug-adapter/protocol.ts';
import { explanationPage } from './document.ts';

const explanation: FaultExplanation = {
  title: 'Fault: read of 0x8800_0000 <as> "Normal"',
  text: 'The first stage passes.\nThe check refuses.',
  accesses: [
    { title: 'instruction fetch', steps: [{ unit: 'Bus', title: 'memory', section: 'Manual B1', verdict: 'pass', note: 'It answers.' }] },
    {
      title: 'read of 8 bytes',
      steps: [
        { unit: 'Stage 1', title: 'flat', section: 'Manual D8', verdict: 'pass', note: 'Translation is off.' },
        {
          unit: 'Granule check',
          title: 'the granule is another world’s',
          section: 'Manual D9',
          verdict: 'fault',
          note: 'It may not.',
          entry: {
            name: 'descriptor',
            address: '0x0000_4000',
            value: '0xb',
            fields: [{ name: 'GPI0', bits: '3:0', value: '0xb', meaning: 'Secure', deciding: true }],
          },
        },
      ],
    },
  ],
  writer: { step: 120, text: 'The monitor wrote it' },
};

describe('the page that explains a fault', () => {
  const page = explanationPage(explanation, 'n0nce');

  it('shows nothing of the program as markup', () => {
    expect(page).toContain('<h1>Fault: read of 0x8800_0000 &lt;as&gt; &quot;Normal&quot;</h1>');
    expect(page).not.toContain('<as>');
  });

  it('begins with the reason and who is behind it', () => {
    const reason = page.indexOf('It may not. <cite>Manual D9</cite></p>');
    const writer = page.indexOf('<p>The monitor wrote it. <a');
    expect([reason > 0, writer > reason, page.indexOf('<h2>') > writer]).toEqual([true, true, true]);
  });

  it('says verdict and deciding field in words, not by colour alone', () => {
    expect(page).toContain('Stage 1 passes: flat');
    expect(page).toContain('Granule check refuses:');
    expect(page).toContain('Secure; this decides');
  });

  it('shows the access that was refused first, and folds those that passed', () => {
    expect(page.indexOf('<h2>Read of 8 bytes</h2>')).toBeLessThan(page.indexOf('<details>'));
    expect(page).toContain('<summary>Instruction fetch, which passes</summary>');
  });

  it('names the entry, where it is and what it holds', () => {
    expect(page).toContain('descriptor at 0x0000_4000 = <code>0xb</code>');
  });

  it('links to the step that wrote the deciding entry', () => {
    expect(page).toContain('href="command:worldstep.goToStep?%5B120%5D"');
  });

  it('links to the code that wrote it, where there is code', () => {
    const uri = 'file:///a "b".tfw';
    const [, args] = /command:worldstep\.showSource\?([^"]+)"/.exec(
      explanationPage({ ...explanation, writer: { step: 1, text: 'It', uri, line: 6 } }, 'n0nce'),
    ) ?? [''];
    expect(JSON.parse(decodeURIComponent(args.replaceAll('&#39;', "'")))).toEqual([uri, 6]);
    expect(page).not.toContain('showSource');
  });

  it('is one landmark, with headings in order and a heading for every column and row of a table', () => {
    expect(page.match(/<main>/g)).toHaveLength(1);
    const levels = [...page.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    for (const [i, level] of levels.slice(1).entries()) expect(level - levels[i]).toBeLessThanOrEqual(1);
    expect(page.match(/<th /g)?.length).toBe(page.match(/<th scope="(?:col|row)"/g)?.length);
    expect(page.match(/<table>/g)?.length).toBe(page.match(/<caption>/g)?.length);
  });

  it('has no link where nobody wrote it', () => {
    expect(explanationPage({ ...explanation, writer: undefined }, 'n0nce')).not.toContain('href');
  });

  it('forbids scripts and every style but its own', () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'nonce-n0nce'"`);
    expect(page).not.toContain('<script');
    expect(page).not.toContain(' style=');
  });
});
