/** Verbs about who owns memory: tags, and what firmware says of it. */
import { evaluateViews, type ViewNode } from '../../../language/index.ts';
import { hex, parseNumber } from '../../format.ts';
import { tagName } from '../../names.ts';
import { protectionUnit, tags } from '../../views/tags.ts';
import { physicalAddress } from '../../views/travel.ts';
import { type Asking, numberOf, rangeOf, required, type VerbRow } from './verb.ts';

const ADDRESS = '<physical address>';

export const tagVerbs: Readonly<Record<string, VerbRow>> = {
  tag: {
    operand: ADDRESS,
    summary: 'says which tag protects it, and where the tag is kept',
    example: 'tag 0x8800_0000',
    run: (asking, rest) => tagText(asking, required('tag', ADDRESS, rest)),
  },
  tags: {
    operand: '[from .. to]',
    summary: 'lists the tags of memory, or of a range of it',
    example: 'tags 0x8800_0000 .. 0x8900_0000',
    run: (asking, rest) => tagsText(asking, rest),
  },
  owner: {
    operand: ADDRESS,
    summary: 'says whose it is: its tag, its image, and what firmware keeps there or maps to it',
    example: 'owner 0x8800_3000',
    run: (asking, rest) => ownerText(asking, required('owner', ADDRESS, rest)),
  },
};

/** Numbers are physical addresses; what an expression gives is where the code that it is of would find it. */
function addressOf(asking: Asking, text: string): number {
  const { session, frame } = asking;
  const address = numberOf(asking, text);
  const place = frame && parseNumber(text) === undefined ? session.program.engine.resolve(frame.registers, frame.core, address) : undefined;
  return place?.pa ?? physicalAddress(session, hex(address));
}

function tagText(asking: Asking, text: string): string {
  const { program } = asking.session;
  const unit = protectionUnit(program.engine.machine);
  if (!unit) return 'No unit of this platform tags memory.';
  const pa = addressOf(asking, text);
  const from = pa - (pa % unit.granule);
  const cells = unit.source(pa).cells.map(({ name, pa: at }) => `  ${name} at ${hex(at)}`);
  const tag = tagName(program.architecture, unit.tagAt(pa));
  return [`${hex(pa)} is ${tag} (${unit.name}; ${hex(from)} to ${hex(from + unit.granule - 1)})`, ...cells].join('\n');
}

function tagsText(asking: Asking, rest: string): string {
  const { program } = asking.session;
  const { from, to } = rest === '' ? { from: 0, to: Number.MAX_SAFE_INTEGER } : rangeOf(asking, rest);
  const { ranges, stale } = tags(program, { start: 0, count: MOST, from, to });
  const lines = ranges.map((range) => `${hex(BigInt(range.from))} to ${hex(BigInt(range.to) - 1n)} ${range.tag}`);
  return [...lines, ...stale.map(({ text }) => text)].join('\n') || 'No memory there has a tag.';
}

/** Ranges that the console lists at most. */
const MOST = 200;

function ownerText(asking: Asking, text: string): string {
  const { program } = asking.session;
  const { machine } = program.engine;
  const pa = addressOf(asking, text);
  const unit = protectionUnit(machine);
  const granule = unit?.granule ?? 1;
  const from = pa - (pa % granule);
  const image = program.program.images.find(({ base, image: { size } }) => base <= pa && pa < base + size);
  const views = evaluateViews(program.program, machine).flatMap((view) => inView(view, [], from, from + granule));
  return [
    ...(unit ? [`${hex(pa)} is ${tagName(program.architecture, unit.tagAt(pa))}`] : []),
    ...(image ? [`image ${image.image.name} is loaded there`] : []),
    ...views.slice(0, MOST),
    ...(views.length === 0 && !image ? ['No firmware of this program says what is there.'] : []),
  ].join('\n');
}

/** Every item of a view that stands in the granule or names it in a field, by its way from the view's title. */
function inView(node: ViewNode, way: readonly string[], from: number, to: number): string[] {
  const here = [...way, node.label];
  const stands = node.address !== undefined && node.address.pa >= from && node.address.pa < to;
  const named = node.fields.filter(({ value }) => value !== undefined && value >= BigInt(from) && value < BigInt(to));
  const state = node.state === undefined ? '' : ` (${node.state})`;
  return [
    ...(stands ? [`${here.join(' ▸ ')}${state}`] : named.map(({ label }) => `${here.join(' ▸ ')}: ${label}`)),
    ...node.children.flatMap((child) => inView(child, here, from, to)),
  ];
}
