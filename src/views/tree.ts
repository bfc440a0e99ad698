/** A tree view that follows the stops of a session. VS Code asks for rows only while it shows them; we ask the adapter once per stop. */
import * as vscode from 'vscode';
import type { Stop, Stops } from '../debug/stops.ts';
import type { Row } from './row.ts';

export interface TreeSource {
  /** The view's id in the manifest. */
  readonly id: string;
  rows(stop: Stop): Promise<readonly Row[]>;
  /** Shown beside the title. */
  description?(stop: Stop): string | undefined;
  /** Called when new rows are on the screen. */
  shown?(view: vscode.TreeView<Row>, rows: readonly Row[]): void;
}

export class StopTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changes.event;
  readonly id: string;
  readonly view: vscode.TreeView<Row>;
  private rows: readonly Row[] = [];
  /** The answer for the current stop, once somebody wanted it. */
  private answer: Promise<readonly Row[]> | undefined;
  private laidOut = false;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly source: TreeSource,
    private readonly stops: Stops,
  ) {
    this.id = source.id;
    this.view = vscode.window.createTreeView(source.id, { treeDataProvider: this });
    this.subscriptions = [this.view, this.changes, stops.onDidChange(() => this.refresh())];
  }

  /** Asks again, now or when the view is next seen. */
  refresh(): void {
    this.answer = undefined;
    this.changes.fire(undefined);
  }

  /** The rows of the current stop, also while the view is hidden. */
  async current(): Promise<readonly Row[]> {
    const stop = this.stops.current;
    const answer = (this.answer ??= this.load(stop));
    const rows = await answer;
    // The run may have gone on meanwhile: what is asked last counts.
    if (this.answer !== answer) return this.current();
    this.rows = rows;
    this.view.description = stop && this.source.description?.(stop);
    return rows;
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (row) return [...(row.children?.() ?? [])];
    const rows = [...(await this.current())];
    // Once VS Code has them.
    setTimeout(() => this.afterShowing(rows));
    return rows;
  }

  /** Needed by `reveal`; only rows without a parent are revealed. */
  getParent(): undefined {}

  getTreeItem(row: Row): vscode.TreeItem {
    return toTreeItem(row);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private afterShowing(rows: readonly Row[]): void {
    // A view that a command opens is laid out before it has a list, and then shows none. A message, even an empty one, lays it out again.
    if (!this.laidOut) this.view.message = undefined;
    this.laidOut = true;
    this.source.shown?.(this.view, rows);
  }

  private async load(stop: Stop | undefined): Promise<readonly Row[]> {
    // A session that runs on, or ends, while it is asked refuses: what is shown stays until its next stop.
    return stop ? this.source.rows(stop).catch(() => this.rows) : [];
  }
}

export function toTreeItem(row: Row): vscode.TreeItem {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const label = row.changed ? { label: row.label, highlights: [[0, row.label.length] as [number, number]] } : row.label;
  const item = new vscode.TreeItem(label, row.children ? (row.open ? Expanded : Collapsed) : None);
  item.id = row.id;
  item.description = row.description;
  item.tooltip = row.tooltip;
  // Read aloud as it is seen; VS Code would read the tooltip instead.
  item.accessibilityInformation = { label: row.description ? `${row.label}, ${row.description}` : row.label };
  item.contextValue = row.kind;
  item.command = row.command && { ...row.command, arguments: [...row.command.arguments] };
  item.iconPath = row.icon && new vscode.ThemeIcon(row.icon.id, row.icon.color ? new vscode.ThemeColor(row.icon.color) : undefined);
  const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
  if (row.checked !== undefined) item.checkboxState = row.checked ? Checked : Unchecked;
  return item;
}
