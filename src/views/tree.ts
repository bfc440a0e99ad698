/** A tree view that follows the stops of a session: it asks once per stop, and only while it can be seen. */
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
  shown?(tree: StopTree): void;
}

export class StopTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changes.event;
  readonly view: vscode.TreeView<Row>;
  private rows: readonly Row[] = [];
  /** Counts the reasons to ask again; an answer to an older one is too late. */
  private wanted = 0;
  private loading: Promise<void> | undefined;
  private stale = false;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly source: TreeSource,
    private readonly stops: Stops,
  ) {
    this.view = vscode.window.createTreeView(source.id, { treeDataProvider: this, showCollapseAll: false });
    this.subscriptions = [
      this.view,
      this.changes,
      stops.onDidChange(() => this.refresh()),
      this.view.onDidChangeVisibility(({ visible }) => visible && this.stale && this.refresh()),
    ];
  }

  /** Asks again, now or when the view is next seen. */
  refresh(): void {
    this.wanted++;
    this.stale = true;
    if (this.view.visible || !this.stops.current) this.loading = this.load();
  }

  /** The rows of the current stop, asked for even while the view is hidden. */
  async current(): Promise<readonly Row[]> {
    if (this.stale) this.loading = this.load();
    await this.loading;
    return this.rows;
  }

  getChildren(row?: Row): Row[] {
    return [...(row ? (row.children?.() ?? []) : this.rows)];
  }

  /** Needed by `reveal`; only rows without a parent are revealed. */
  getParent(): undefined {}

  getTreeItem(row: Row): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const label = row.changed ? { label: row.label, highlights: [[0, row.label.length] as [number, number]] } : row.label;
    const item = new vscode.TreeItem(label, row.children ? (row.open ? Expanded : Collapsed) : None);
    item.id = row.id;
    item.description = row.description;
    item.tooltip = row.tooltip;
    item.contextValue = row.kind;
    item.command = row.command && { ...row.command, arguments: [...row.command.arguments] };
    item.iconPath = row.icon && new vscode.ThemeIcon(row.icon.id, row.icon.color ? new vscode.ThemeColor(row.icon.color) : undefined);
    return item;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async load(): Promise<void> {
    const { wanted } = this;
    const stop = this.stops.current;
    this.stale = false;
    // A session that runs on, or ends, while it is asked refuses: what is shown stays until its next stop.
    const rows = stop ? await this.source.rows(stop).catch(() => undefined) : [];
    if (wanted !== this.wanted || !rows) return;
    this.rows = rows;
    this.view.description = stop && this.source.description?.(stop);
    this.changes.fire(undefined);
    if (stop) this.source.shown?.(this);
  }
}
