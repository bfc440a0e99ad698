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
}

export interface ExplainedFieldEntry {
  readonly name: string;
  readonly bits: string;
  readonly value: string;
  readonly meaning?: string;
  readonly deciding: boolean;
}

export interface FaultExplanation {
  /** `GPC fault: read of 0x8800_0000 as Non-secure; granule is Realm`. */
  readonly title: string;
  /** Sentences for reading aloud, one a stage, ending with the last writer of the deciding entry. */
  readonly text: string;
  readonly accesses: readonly {
    readonly title: string;
    readonly steps: readonly {
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
    }[];
  }[];
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
    arguments: { start?: number; count?: number; filter?: string };
    body: { readonly total: number; readonly events: readonly EventEntry[] };
  };
  /** Travels to a step, or to just after the step of an event. */
  'worldstep/goto': { arguments: { step?: number; event?: number }; body: { readonly position: Position } };
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
  'worldstep/explainFault': { arguments: Record<string, never>; body: { readonly explanation?: FaultExplanation } };
  'worldstep/stepBackInto': { arguments: { threadId: number }; body: Record<string, never> };
  'worldstep/stepOutBackward': { arguments: { threadId: number }; body: Record<string, never> };
  /** Runs forward until the excursion that the core is in returns to the context below. */
  'worldstep/finishExcursion': { arguments: { threadId: number }; body: Record<string, never> };
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
