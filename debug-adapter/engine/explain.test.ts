import { describe, expect, it } from 'vitest';
import { drive, NO_STOPS, picture, stopsOn } from './fixture/drive.ts';
import { PAGE, startHere } from './fixture/firmware.ts';
import { createEngine } from './run.ts';

describe('an explanation', () => {
  it('of the last fault is that of the access that was refused', () => {
    const engine = createEngine(startHere());
    drive(engine.run(NO_STOPS));
    const before = picture(engine);
    const found = drive(engine.explainLastFault());
    expect(found?.event).toMatchObject({ kind: 'gpc_fault', pa: PAGE });
    expect(found?.explanation.accesses.at(-1)).toMatchObject({
      access: { kind: 'read', va: BigInt(PAGE) },
      steps: [{ unit: 'Tags', verdict: 'fault', note: 'tag 1' }],
      fault: 'refused: tag',
    });
    expect(picture(engine)).toEqual(before);
  });

  it('is there for a word that faulted nowhere too', () => {
    const program = startHere();
    const engine = createEngine(program);
    drive(engine.run(stopsOn([{ id: 1, words: [program.word('host', '*0x80000 = 42')] }])));
    const { accesses } = drive(engine.explain(engine.position));
    expect(accesses.map(({ access }) => access.kind)).toEqual(['fetch', 'write']);
  });

  it('of a run without a fault is none', () => {
    const engine = createEngine(startHere());
    drive(engine.run(NO_STOPS, 20));
    expect(drive(engine.explainLastFault())).toBeUndefined();
  });
});
