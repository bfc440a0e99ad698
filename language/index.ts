/** What other rooms may use of the language. */
export { closest } from './check/suggest.ts';
export type { SpaceName, TfwType } from './check/types.ts';
export { CODES, type Code, type Diagnostic } from './diagnostics.ts';
export { format } from './format/format.ts';
export { library } from './library/library.generated.ts';
export { type CompileOptions, type CompileResult, compile, type FileProvider, listScenarios } from './program/compile.ts';
export { type Asked, type CompiledExpression, compileCondition, compileExpression } from './program/evaluate.ts';
export * from './program/program.ts';
export { diagnoseProgram } from './server/diagnose.ts';
export { evaluateViews } from './views/evaluate.ts';
export type { ViewFieldValue, ViewNode } from './views/view.ts';
export { reaches } from './workspace/reach.ts';
