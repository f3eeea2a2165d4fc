export interface SortState {
  column: string;
  descending: boolean;
}

export interface SortableColumn<Row> {
  id: string;
  /** What the column sorts by; a column without it does not sort. */
  sortBy?: (row: Row) => string | number | undefined;
  /** What the filter looks in; default: `sortBy`. */
  filterBy?: (row: Row) => string | undefined;
}

/**
 * The rows to show: those in which every word of `filter` occurs in some column, in the order of `sort`. Rows without a
 * value come last either way. Stable; does not change `rows`.
 */
export function arrange<Row>(
  rows: readonly Row[],
  columns: readonly SortableColumn<Row>[],
  filter: string,
  sort: SortState | undefined,
  locale: string,
): readonly Row[] {
  const words = filter.toLocaleLowerCase(locale).split(/\s+/).filter(Boolean);
  const kept = words.length
    ? rows.filter((row) => {
        const text = columns
          .map((column) => column.filterBy?.(row) ?? column.sortBy?.(row) ?? "")
          .join("\n")
          .toLocaleLowerCase(locale);
        return words.every((word) => text.includes(word));
      })
    : rows;
  const by = sort && columns.find((column) => column.id === sort.column)?.sortBy;
  if (!by) return kept;
  const collator = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  const sign = sort.descending ? -1 : 1;
  return kept
    .map((row) => ({ row, key: by(row) }))
    .sort((left, right) => {
      if (left.key === right.key) return 0;
      if (left.key === undefined) return 1;
      if (right.key === undefined) return -1;
      return typeof left.key === "number" && typeof right.key === "number"
        ? sign * (left.key - right.key)
        : sign * collator.compare(String(left.key), String(right.key));
    })
    .map(({ row }) => row);
}

/** The next state when a heading is pressed: ascending, descending, unsorted. */
export function nextSort(current: SortState | undefined, column: string): SortState | undefined {
  if (current?.column !== column) return { column, descending: false };
  return current.descending ? undefined : { column, descending: true };
}
