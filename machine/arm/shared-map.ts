/** A map whose content a snapshot can keep: the first change afterwards copies it. */
export class SharedMap<V> {
  private content = new Map<number, V>();
  private shared = false;

  get size(): number {
    return this.content.size;
  }

  get(key: number): V | undefined {
    return this.content.get(key);
  }

  values(): IterableIterator<V> {
    return this.content.values();
  }

  set(key: number, value: V): void {
    this.own().set(key, value);
  }

  delete(key: number): number {
    return this.content.has(key) && this.own().delete(key) ? 1 : 0;
  }

  /** Drops what `matches`; returns how many entries that were. */
  drop(matches: (value: V, key: number) => boolean): number {
    const keys = [...this.content].filter(([key, value]) => matches(value, key)).map(([key]) => key);
    for (const key of keys) this.own().delete(key);
    return keys.length;
  }

  clear(): number {
    const { size } = this.content;
    if (size > 0) {
      this.content = new Map();
      this.shared = false;
    }
    return size;
  }

  save(): ReadonlyMap<number, V> {
    this.shared = true;
    return this.content;
  }

  restore(content: ReadonlyMap<number, V>): void {
    this.content = content as Map<number, V>;
    this.shared = true;
  }

  private own(): Map<number, V> {
    if (this.shared) {
      this.content = new Map(this.content);
      this.shared = false;
    }
    return this.content;
  }
}
