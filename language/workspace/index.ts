/** From a file to all that it uses: parsed, linked, checked, without throwing and without waiting. */

export { summaryOf as documentation } from '../syntax/documentation.ts';
export { rangeOf } from '../syntax/range.ts';
export { parseExpression } from './expression.ts';
export { type FileProvider, parseProgram } from './program.ts';
export { checkScenario } from './scenario.ts';
