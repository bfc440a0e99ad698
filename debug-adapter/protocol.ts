/**
 * The typed contract between the extension's views and the adapter, for what the Debug Adapter Protocol has no word for.
 * Addresses and 64-bit values travel as hex strings; everything shown is spelled by the adapter, from the machine's tables.
 */

export interface WorldStyle {
  readonly id: string;
  readonly name: string;
  /** Codicon and theme colour ids. */
  readonly icon: string;
  readonly color: string;
}

export interface WorldEntry {
  readonly core: number;
  /** As the view shows it: `Non-secure EL2 ▸ host.main`, `Realm EL2 ▸ rmm, parked`. */
  readonly text: string;
  readonly world: WorldStyle;
  readonly status: 'running' | 'waiting' | 'parked' | 'finished' | 'halted' | 'off';
  readonly threadId: number;
}

export interface TagEntry {
  /** Inclusive start, exclusive end, hex. */
  readonly from: string;
  readonly to: string;
  readonly tag: string;
  readonly world?: WorldStyle;
  /** Whether any of it changed since the last stop. */
  readonly changed: boolean;
}

export interface StaleEntry {
  readonly core: number;
  readonly from: string;
  readonly to: string;
  /** As the view shows it: `core 0's TLB still says Non-secure; the table says Realm`. */
  readonly text: string;
}

/** What a firmware's `view` shows: by its title, an item by its label. */
export interface ViewEntry {
  readonly label: string;
  /** Codicon; `world`: the world that it stands for. */
  readonly icon?: string;
  readonly world?: WorldStyle;
  readonly state?: string;
  /** What it is about: as people read it, and as `readMemory` takes it. */
  readonly address?: { readonly pa: string; readonly text: string; readonly memoryReference?: string };
  readonly fields: readonly { readonly label: string; readonly text: string }[];
  readonly children: readonly ViewEntry[];
}

export interface EventEntry {
  /** Index in the run's list of events. */
  readonly index: number;
  readonly step: number;
  readonly core: number;
  readonly kind: string;
  readonly label: string;
  readonly text: string;
  readonly fault: boolean;
}

export interface Position {
  readonly step: number;
  readonly ended: boolean;
  /** Which run: editing in the past begins another one. */
  readonly run: number;
}

/** A position as one asks for it; without a run, of the one that is being debugged. */
export interface PositionWanted {
  readonly step: number;
  readonly run?: number;
}

export interface RunEntry {
  readonly run: number;
  /** Where it parted from an older run. */
  readonly parent?: { readonly run: number; readonly step: number };
  readonly inputs: number;
  /** Steps recorded. */
  readonly end: number;
  readonly current: boolean;
}

export interface BookmarkEntry {
  readonly name: string;
  readonly run: number;
  readonly step: number;
}

/** A value that was written, and by whom: no source for what was changed by hand. */
export interface ChangeEntry {
  readonly step: number;
  readonly core: number;
  /** What it was after that, as it is shown. */
  readonly value: string;
  /** `keeper.write_tag (keeper.tfw:42)`, or `changed by hand`. */
  readonly text: string;
  readonly uri?: string;
  readonly line?: number;
}

export interface ChangeHistory {
  /** What it is the history of. */
  readonly text: string;
  /** Newest first. */
  readonly changes: readonly ChangeEntry[];
  /** Ask again with `before` for older ones. */
  readonly next?: number;
}

export interface DifferenceEntry {
  /** `core 0`, `memory`, `tags`, `events`. */
  readonly group: string;
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Something that one can stop on, as the tree of event breakpoints lists it. */
export interface EventBreakpointEntry {
  /** What `setEventBreakpoints` takes as `filter`. */
  readonly filter: string;
  readonly label: string;
  readonly description: string;
  readonly on: boolean;
  /** Names that a condition may use, beside registers and constants. */
  readonly fields: readonly string[];
}

export interface EventBreakpointGroup {
  readonly label: string;
  readonly events: readonly EventBreakpointEntry[];
}

/** A breakpoint with all that the protocol's own cannot carry. One of `filter`, `name` and `dataId` says on what. */
export interface EventBreakpoint {
  readonly filter?: string;
  /** As a function breakpoint's: `rmi_rec_enter@Realm`, `smc:RMI_*`, `event:htrap`. */
  readonly name?: string;
  readonly dataId?: string;
  readonly access?: 'read' | 'write' | 'readWrite' | 'change';
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
  /** Only on this core. */
  readonly core?: number;
}

export interface EventBreakpointState {
  readonly id: number;
  readonly verified: boolean;
  readonly message?: string;
}

export interface ExplainedFieldEntry {
  readonly name: string;
  readonly bits: string;
  readonly value: string;
  readonly meaning?: string;
  readonly deciding: boolean;
}

export interface ExplainedStepEntry {
  readonly unit: string;
  readonly title: string;
  readonly section: string;
  readonly verdict: 'pass' | 'fault';
  readonly note: string;
  readonly entry?: {
    readonly name: string;
    readonly address?: string;
    readonly value: string;
    readonly fields: readonly ExplainedFieldEntry[];
  };
}

export interface ExplainedAccessEntry {
  readonly title: string;
  readonly steps: readonly ExplainedStepEntry[];
}

export interface FaultExplanation {
  /** `GPC fault: read of 0x8800_0000 as Non-secure; granule is Realm`. */
  readonly title: string;
  /** Sentences for reading aloud, one a stage, ending with the last writer of the deciding entry. */
  readonly text: string;
  readonly accesses: readonly ExplainedAccessEntry[];
  /** Who wrote the deciding entry last. */
  readonly writer?: { readonly step: number; readonly text: string; readonly uri?: string; readonly line?: number };
}

/** Custom requests: arguments and bodies by command. */
export interface Requests {
  'worldstep/worlds': { arguments: Record<string, never>; body: { readonly entries: readonly WorldEntry[]; readonly position: Position } };
  /** Paged; `from`/`to` hex limit the addresses. */
  'worldstep/tags': {
    arguments: { start?: number; count?: number; from?: string; to?: string };
    body: { readonly unit: string; readonly total: number; readonly ranges: readonly TagEntry[]; readonly stale: readonly StaleEntry[] };
  };
  /** What the program's firmware says of its own data, drawn from its `view`s. */
  'worldstep/views': { arguments: Record<string, never>; body: { readonly views: readonly ViewEntry[] } };
  'worldstep/events': {
    /** `filter`: words that each entry must say. `kinds`: rows of the event table; any of them. */
    arguments: { start?: number; count?: number; filter?: string; kinds?: readonly string[]; core?: number };
    body: { readonly total: number; readonly events: readonly EventEntry[] };
  };
  /** Travels to a step (of another run, too), to just after the step of an event, or to a bookmark. */
  'worldstep/goto': {
    arguments: { step?: number; run?: number; event?: number; bookmark?: string };
    body: { readonly position: Position };
  };
  /** Runs to a place in a source; `backward`: to where it was reached before. Breakpoints on the way stop. */
  'worldstep/runTo': {
    arguments: { source: SourceWanted; line: number; column?: number; threadId: number; backward?: boolean };
    body: Record<string, never>;
  };
  /** Travels to the store that gave `address` its tag; the stop says who. */
  'worldstep/whoChangedTag': {
    arguments: { address: string };
    body: { readonly found: boolean; readonly text: string; readonly position: Position };
  };
  /** Travels to the last write of an lvalue, register or address expression. */
  'worldstep/whoWrote': {
    arguments: { expression: string; frameId?: number };
    body: { readonly found: boolean; readonly text: string; readonly position: Position };
  };
  /** The tags that a granule had, and who gave them; paged. */
  'worldstep/granuleHistory': { arguments: { address: string; count?: number; before?: number }; body: ChangeHistory };
  /** The values that a variable, register or physical address had. */
  'worldstep/valueHistory': {
    arguments: { expression: string; frameId?: number; count?: number; before?: number };
    body: ChangeHistory;
  };
  'worldstep/explainFault': { arguments: Record<string, never>; body: { readonly explanation?: FaultExplanation } };
  /** Every access that a step made, stage by stage; without one, the step before the position. */
  'worldstep/accessTrace': {
    arguments: { step?: number };
    body: { readonly step: number; readonly text: string; readonly accesses: readonly ExplainedAccessEntry[] };
  };
  /** Why memory cannot be read at a reference; no text if it can. */
  'worldstep/whyUnreadable': { arguments: { memoryReference: string; offset?: number }; body: { readonly text?: string } };
  'worldstep/stepBackInto': { arguments: StepWanted; body: Record<string, never> };
  'worldstep/stepOutBackward': { arguments: StepWanted; body: Record<string, never> };
  /** Runs forward until the excursion that the core is in returns to the context below. */
  'worldstep/finishExcursion': { arguments: StepWanted; body: Record<string, never> };
  /** Back to where the running context was entered. */
  'worldstep/finishExcursionBack': { arguments: StepWanted; body: Record<string, never> };
  /** The next step is this core's. In the past this begins another run. */
  'worldstep/chooseCore': { arguments: { threadId: number }; body: { readonly position: Position } };
  /** From here on only this core steps; without one, the schedule decides again. In the past this begins another run. */
  'worldstep/holdCore': { arguments: { threadId?: number }; body: { readonly position: Position } };
  'worldstep/bookmarks': { arguments: Record<string, never>; body: { readonly bookmarks: readonly BookmarkEntry[] } };
  /** Names the position. A name that is in use moves here. */
  'worldstep/setBookmark': { arguments: { name: string }; body: { readonly bookmarks: readonly BookmarkEntry[] } };
  'worldstep/removeBookmark': { arguments: { name: string }; body: { readonly bookmarks: readonly BookmarkEntry[] } };
  /** What differs between two positions; each is the present one if it is left out. */
  'worldstep/diff': {
    arguments: { from?: PositionWanted; to?: PositionWanted };
    body: { readonly differences: readonly DifferenceEntry[]; readonly more: boolean };
  };
  'worldstep/runs': { arguments: Record<string, never>; body: { readonly runs: readonly RunEntry[] } };
  /** The run up to the position, as the text of a file that `launch` takes as `run`. */
  'worldstep/saveRun': { arguments: Record<string, never>; body: { readonly name: string; readonly text: string } };
  /** All that one can stop on. */
  'worldstep/eventTree': { arguments: Record<string, never>; body: { readonly groups: readonly EventBreakpointGroup[] } };
  /** Replaces those of the tree. Their states come in the order of the request. */
  'worldstep/setEventBreakpoints': {
    arguments: { breakpoints: readonly EventBreakpoint[] };
    body: { readonly breakpoints: readonly EventBreakpointState[] };
  };
  /** Names that a function breakpoint can have and that begin with `text`. */
  'worldstep/breakpointNames': { arguments: { text: string }; body: { readonly names: readonly string[] } };
}

/** A source as clients of the protocol name it. */
export interface SourceWanted {
  readonly path?: string;
  readonly sourceReference?: number;
}

export interface StepWanted {
  readonly threadId: number;
  readonly granularity?: 'statement' | 'line' | 'instruction';
}

export type RequestName = keyof Requests;

/** Custom events: bodies by name. `worldstep/stopped` follows every stop, so that views refresh once. */
export interface Notifications {
  'worldstep/stopped': { readonly position: Position; readonly text: string };
  'worldstep/verdict': { readonly passed: boolean; readonly reasons: readonly string[] };
}

/** Attributes of `launch.json`. */
export interface LaunchAttributes {
  readonly program: string;
  readonly scenario?: string;
  readonly stopOnEntry?: 'entry' | 'reset' | false;
  readonly schedule?: 'roundRobin' | { readonly seed: number };
  /** Values of the scenario's arguments, by name: numbers, or texts as `.tfw` writes them. */
  readonly args?: Readonly<Record<string, string | number>>;
  /** Decides the scenario's secrets, and the schedule unless one is given. */
  readonly seed?: number;
  readonly stepLimit?: number;
  /** Whether steps pass through the library's firmware without stopping there. */
  readonly justMyImage?: boolean;
  /** A saved run to begin with: where it stood, the program stops. */
  readonly run?: string;
  readonly noDebug?: boolean;
}

/** How the adapter's thread is started. `client`: texts of files are asked of whoever started it. */
export interface WorkerOptions {
  readonly files?: 'disk' | 'client';
}

/** What the thread sends besides protocol messages, and what it gets back; no text where there is no such file. */
export interface FileQuestion {
  readonly type: 'worldstep/readFile';
  readonly id: number;
  readonly uri: string;
}

export interface FileAnswer {
  readonly type: 'worldstep/file';
  readonly id: number;
  readonly text?: string;
}
