/** Secrets: words of 64 bits, that code of some states may name. */
import { isSecret, type Name, type Secret } from '../../syntax/generated/ast.ts';
import { UNKNOWN } from '../../syntax/tokens.ts';
import { type Context, imageAround, type Rules } from '../context.ts';
import { alternatives } from '../report.ts';
import { closest } from '../suggest.ts';
import { quote, sameType, U64 } from '../type-of.ts';

export const secretRules: Rules = { Secret: [words, states], Name: [knownHere] };

/** A page of them. */
const MOST_WORDS = 512;

function words({ name, type }: Secret, { types, report }: Context): void {
  const declared = types.of(type);
  if (declared.kind === 'error' || sameType(declared, U64)) return;
  if (declared.kind !== 'array' || !sameType(declared.element, U64))
    report.error('TFW201', type, `\`${name}\` is made of words: \`u64\` or \`[u64; N]\`, found ${quote(declared)}`);
  else if (declared.length > MOST_WORDS) report.error('TFW206', type, `a secret has ${MOST_WORDS} words at most`);
}

function states(node: Secret, { architecture, report }: Context): void {
  const known = architecture.states.map(({ id }) => id);
  for (const [i, state] of node.states.entries()) {
    if (known.includes(state) || state.includes(UNKNOWN)) continue;
    const guess = closest(state, known);
    const advice = guess ? `did you mean \`${guess}\`?` : `there is ${alternatives(known)}`;
    report.error('TFW103', [node, 'states', i], `${architecture.name} has no state \`${state}\`; ${advice}`, guess);
  }
}

function knownHere(node: Name, { report }: Context): void {
  const secret = node.ref.ref;
  const image = imageAround(node);
  if (!secret || !isSecret(secret) || !image || secret.states.includes(image.state)) return;
  report.error('TFW308', node, `\`${secret.name}\` is not known to ${image.state}, in which image \`${image.name}\` runs`);
}
