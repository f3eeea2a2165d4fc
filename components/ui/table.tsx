"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp, Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useMemo, useRef, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { cx } from "./cx";
import { arrange, nextSort, type SortableColumn, type SortState } from "./table-model";
import { TextField } from "./text-field";
import { useNarrow } from "./use-narrow";

export interface Column<Row> extends SortableColumn<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  /** CSS grid track, e.g. "minmax(160px, 2fr)" or "120px"; default "minmax(96px, 1fr)". */
  width?: string;
  align?: "start" | "end";
  /** Left out of a table that is too narrow for all. */
  secondary?: boolean;
  /** Names the column for assistive technology only (actions, check boxes). */
  hideTitle?: boolean;
}

export interface TableProps<Row> {
  /** Names the table. */
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  /** Enter or click on a row. Buttons and links inside a row keep their own meaning. */
  onOpen?: (row: Row) => void;
  /** Shows a filter field above. */
  filterable?: boolean;
  /** Beside the filter. */
  toolbar?: ReactNode;
  /** Shown instead of the rows while there are none at all. */
  empty?: ReactNode;
  initialSort?: SortState;
  rowHeight?: number;
  /** CSS; beyond it the table scrolls by itself. */
  maxHeight?: string;
  /** For a row that needs the eye, e.g. one that failed. */
  rowClass?: (row: Row) => string | undefined;
}

/** Pixels. */
export const NARROW = 600;

/** Sortable, filterable, walked by keyboard (arrows, Home, End, Enter); draws only the rows in view. */
export function Table<Row>({
  label,
  rows,
  columns: all,
  rowKey,
  onOpen,
  filterable,
  toolbar,
  empty,
  initialSort,
  rowHeight = 44,
  maxHeight = "min(70dvh, 720px)",
  rowClass,
}: TableProps<Row>) {
  const t = useTranslations("common");
  const locale = useLocale();
  const id = useId();
  const [filter, setFilter] = useState("");
  const [sort, setSort] = useState(initialSort);
  const [active, setActive] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => arrange(rows, all, filter, sort, locale), [rows, all, filter, sort, locale]);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => {
      const row = shown[index];
      return row === undefined ? index : rowKey(row);
    },
    overscan: 8,
    initialRect: { width: 960, height: 480 },
  });
  const { ref, narrow } = useNarrow(NARROW);
  const columns = narrow ? all.filter(({ secondary }) => !secondary) : all;
  const template = columns.map((column) => column.width ?? "minmax(96px, 1fr)").join(" ");
  const current = Math.min(active, Math.max(0, shown.length - 1));

  const go = (index: number) => {
    const to = Math.min(shown.length - 1, Math.max(0, index));
    setActive(to);
    virtual.scrollToIndex(to, { align: "auto" });
    requestAnimationFrame(() => document.getElementById(`${id}-${to}`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    // Keys pressed in a control inside the row are the control's.
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 1);
    const moves: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: shown.length - 1,
    };
    const to = moves[event.key];
    const row = shown[index];
    if (to !== undefined) {
      event.preventDefault();
      go(to);
    } else if (event.key === "Enter" && onOpen && row !== undefined) {
      event.preventDefault();
      onOpen(row);
    }
  };

  if (rows.length === 0 && empty) return <>{empty}</>;
  return (
    <div ref={ref} className="min-w-0">
      {filterable || toolbar ? (
        <div className="flex flex-wrap items-center gap-2 px-4 py-3">
          {filterable ? (
            <TextField
              label={t("filter")}
              hideLabel
              type="search"
              placeholder={t("filter")}
              value={filter}
              onChange={(event) => setFilter(event.target.value)}
              before={<Search size={16} aria-hidden />}
              className="min-w-40 flex-1 sm:max-w-72"
            />
          ) : null}
          <span role="status" className="text-sm text-muted tabular-nums">
            {filter
              ? t("rowsOf", { shown: shown.length, total: rows.length })
              : t("rows", { count: rows.length })}
          </span>
          {toolbar ? <div className="ml-auto flex items-center gap-2">{toolbar}</div> : null}
        </div>
      ) : null}
      <div ref={scroller} className="overflow-auto" style={{ maxHeight }}>
        <table aria-label={label} aria-rowcount={shown.length + 1} className="block min-w-fit">
          <thead className="sticky top-0 z-10 block border-y border-line bg-sunken text-sm text-muted">
            <tr aria-rowindex={1} className="grid" style={{ gridTemplateColumns: template }}>
              {columns.map((column) => (
                <Heading
                  key={column.id}
                  column={column}
                  sort={sort}
                  onSort={() => setSort(nextSort(sort, column.id))}
                />
              ))}
            </tr>
          </thead>
          <tbody className="relative block" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const row = shown[item.index];
              if (row === undefined) return null;
              return (
                <tr
                  key={item.key}
                  id={`${id}-${item.index}`}
                  aria-rowindex={item.index + 2}
                  tabIndex={item.index === current ? 0 : -1}
                  onFocus={() => setActive(item.index)}
                  onKeyDown={(event) => onKeyDown(event, item.index)}
                  onClick={(event) => {
                    if (!(event.target as Element).closest("a,button,input,select,label,[role=menu]"))
                      onOpen?.(row);
                  }}
                  className={cx(
                    "absolute inset-x-0 grid items-center border-b border-line -outline-offset-2 hover:bg-hover",
                    onOpen && "cursor-pointer",
                    rowClass?.(row),
                  )}
                  style={{ gridTemplateColumns: template, height: rowHeight, top: item.start }}
                >
                  {columns.map((column) => (
                    <td
                      key={column.id}
                      className={cx(
                        "flex min-w-0 items-center px-4",
                        column.align === "end" && "justify-end tabular-nums",
                      )}
                    >
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
        {shown.length === 0 ? (
          <p className="px-4 py-8 text-center text-muted">{t("nothingMatches")}</p>
        ) : null}
      </div>
    </div>
  );
}

function Heading<Row>({
  column,
  sort,
  onSort,
}: {
  column: Column<Row>;
  sort: SortState | undefined;
  onSort: () => void;
}) {
  const sorted = sort?.column === column.id ? sort : undefined;
  const className = cx(
    "flex h-9 items-center gap-1 px-4 font-medium",
    column.align === "end" && "justify-end",
  );
  return (
    <th
      scope="col"
      aria-sort={sorted ? (sorted.descending ? "descending" : "ascending") : undefined}
      className="min-w-0 font-medium"
    >
      {column.sortBy && !column.hideTitle ? (
        <button
          type="button"
          onClick={onSort}
          className={cx(className, "w-full -outline-offset-2 hover:text-text")}
        >
          <span className="truncate">{column.title}</span>
          {sorted ? (
            sorted.descending ? (
              <ArrowDown size={14} aria-hidden />
            ) : (
              <ArrowUp size={14} aria-hidden />
            )
          ) : null}
        </button>
      ) : (
        <span className={className}>
          <span className={column.hideTitle ? "sr-only" : "truncate"}>{column.title}</span>
        </span>
      )}
    </th>
  );
}
