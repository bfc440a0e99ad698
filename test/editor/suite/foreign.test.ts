import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Row } from '../../../src/views/row.ts';
import { cleanUp, stopsAt } from '../debugging.ts';
import { create, extension, lineOf, open, press, sessionsEnd } from './extension.ts';

/** Firmware that nobody here knows: its view is all that says what it keeps. */
const foreign = `image loader in Root.EL3 {
    var next: [u64; 4]
    entry reset {
        SPSR_EL3 = 0xd
        ELR_EL3 = next[0]
        eret()
    }
}
platform strange on arm_rme {
    memory ram at 0x1000 .. 0x100_0000
    load loader at 0x1000
    core 0 runs loader.reset
    payload Root.EL3 at 0x10_0000 entry loader.next
}
scenario "a safe with two boxes" on strange {
    image safe in Root.EL3 {
        enum Lid: u8 { OPEN, SHUT }
        struct Box { lid @0: Lid, coins @8: u64 }
        var boxes: [Box; 2]
        fn main() {
            boxes[1].coins = 3
            boxes[1].lid = Lid.SHUT
            boxes[0].coins = 1
        }
    }
    view boxes "Boxes" in safe {
        for i in 0..2 {
            item "Box {i}" icon archive state boxes[i].lid at &boxes[i] {
                "coins" = boxes[i].coins
            }
        }
    }
    core 0 runs safe.main
}
`;

const shown = (rows: readonly Row[]): string[] =>
  rows.flatMap(({ label, description, changed, children }) => [
    `${label}${description === undefined ? '' : `: ${description}`}${changed ? ' *' : ''}`,
    ...(children ? shown(children()).map((line) => `  ${line}`) : []),
  ]);

describe('the Enclaves view', () => {
  afterEach(async () => {
    await cleanUp();
    await sessionsEnd();
  });

  it('draws what it never heard of, by the view that its firmware declares, and marks what changed', async () => {
    const { views } = await extension();
    const { document } = await open(await create('foreign.tfw', foreign));
    await press('F5');
    await stopsAt(lineOf(document, 'boxes[1].coins'));
    assert.deepEqual(shown(await views.enclaves.current()), ['Boxes', '  Box 0: OPEN', '    coins: 0', '  Box 1: OPEN', '    coins: 0']);
    await press('Step Over');
    await stopsAt(lineOf(document, 'boxes[1].lid'));
    await views.enclaves.current();
    await press('Step Over');
    await stopsAt(lineOf(document, 'boxes[0].coins'));
    const rows = await views.enclaves.current();
    assert.deepEqual(shown(rows), ['Boxes', '  Box 0: OPEN', '    coins: 0', '  Box 1: SHUT · changed *', '    coins: 3']);
    const box = rows[0].children?.()[1];
    assert.equal(box?.icon?.id, 'archive');
    await vscode.commands.executeCommand('worldstep.showMemory', box);
    const memory = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'worldstep-memory' && !uri.path.includes('8800_0000'));
    assert.match(memory?.getText() ?? '', /^\S+ {2}01 00 00 00 00 00 00 00 {2}03 00/);
  });
});
