/** A scenario under other arguments than its file gives it. */
import { checkScenario as check } from '../check/check.ts';
import type { Types } from '../check/types.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { Scenario } from '../syntax/generated/ast.ts';
import { sharedServices } from './documents.ts';

/** What is wrong with a scenario where `types` gives its arguments other values. */
export const checkScenario = (scenario: Scenario, types: Types): readonly Diagnostic[] => check(scenario, types, sharedServices());
