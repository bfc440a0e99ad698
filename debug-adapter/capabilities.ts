/** What `initialize` says that the adapter can do: nothing that it cannot. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { eventFilters } from './breakpoints/filters.ts';

export function capabilities(): DebugProtocol.Capabilities {
  return {
    supportsConfigurationDoneRequest: true,
    supportsRestartRequest: true,
    supportsTerminateRequest: true,
    supportsCancelRequest: true,
    supportsConditionalBreakpoints: true,
    supportsHitConditionalBreakpoints: true,
    supportsLogPoints: true,
    supportsBreakpointLocationsRequest: true,
    supportsFunctionBreakpoints: true,
    supportsInstructionBreakpoints: true,
    supportsDataBreakpoints: true,
    supportsDataBreakpointBytes: true,
    supportsExceptionFilterOptions: true,
    supportsExceptionInfoRequest: true,
    exceptionBreakpointFilters: eventFilters(),
    supportsSteppingGranularity: true,
    supportsStepBack: true,
    supportsRestartFrame: true,
    supportsStepInTargetsRequest: true,
    supportsGotoTargetsRequest: true,
    supportsSingleThreadExecutionRequests: true,
    supportsSetVariable: true,
    supportsSetExpression: true,
    supportsEvaluateForHovers: true,
    supportsClipboardContext: true,
    supportsValueFormattingOptions: true,
    supportsCompletionsRequest: true,
    completionTriggerCharacters: ['.', ' '],
    supportsLoadedSourcesRequest: true,
    supportsModulesRequest: true,
    supportsReadMemoryRequest: true,
    supportsWriteMemoryRequest: true,
    supportsDisassembleRequest: true,
    // `supportsDelayedStackTraceLoading` stays away although stacks are paged: VS Code would fetch the top frame alone, which after a
    // fault is the hidden handler, and show no line until it has the rest.
  };
}
