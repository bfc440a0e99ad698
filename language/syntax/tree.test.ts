import { AstUtils } from 'langium';
import { describe, expect, it } from 'vitest';
import { library } from '../library/library.generated.ts';
import { parseText } from '../workspace/documents.ts';
import { nodesOf, referencesOf } from './tree.ts';

describe.each(['firmware/arm/bl31.tfw', 'firmware/arm/cca.tfw', 'firmware/arm/rmm/rtt.tfw'])('the tree of %s', (name) => {
  const { value } = parseText(library[name], 'file:///work/a.tfw').parseResult;

  it('has the nodes that Langium finds, in their order', () => {
    expect(nodesOf(value).map((node) => node.$type)).toEqual([...AstUtils.streamAst(value)].map((node) => node.$type));
    expect(nodesOf(value).every((node, i, all) => node === value || all.indexOf(node.$container!) < i)).toBe(true);
  });

  it('has the references that Langium finds', () => {
    const spelled = ({ reference, property }: ReturnType<typeof referencesOf>[number]): string => `${property} ${reference.$refText}`;
    for (const node of nodesOf(value)) expect(referencesOf(node).map(spelled)).toEqual([...AstUtils.streamReferences(node)].map(spelled));
  });
});
