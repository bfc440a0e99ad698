/** A line of a tree view, without VS Code: views are made of data, so that tests can read them. */

export interface Row {
  /** Stays the same across stops for the same thing, so that a view keeps what is open and selected. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly tooltip?: string;
  readonly icon?: RowIcon;
  /** Changed since the last stop: shown in bold beside what `description` says. */
  readonly changed?: boolean;
  /** Which context menu it has. */
  readonly kind?: 'world' | 'tag' | 'stale' | 'event' | 'place' | 'granule' | 'eventKind' | 'ownBreakpoint';
  /** First address it stands for, hex: what its context menu acts on. */
  readonly address?: string;
  /** Where its memory is, as `readMemory` takes it. */
  readonly memory?: string;
  /** Whether its box is ticked; rows without one have no box. */
  readonly checked?: boolean;
  /** What selecting it does. */
  readonly command?: RowCommand;
  readonly children?: () => readonly Row[];
  readonly open?: boolean;
}

/** A codicon and a theme colour. */
export interface RowIcon {
  readonly id: string;
  readonly color?: string;
}

export interface RowCommand {
  readonly command: string;
  readonly title: string;
  readonly arguments: readonly unknown[];
}
