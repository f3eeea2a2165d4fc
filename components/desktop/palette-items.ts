/** Something that the palette offers. */
export interface PaletteItem {
  id: string;
  group: string;
  title: string;
  /** Second line, or words that find it too. */
  hint?: string;
  words?: string;
  icon?: string;
  shortcut?: string;
  run: () => void;
}

/** How well a query fits: the start of the title beats the start of a word beats anywhere; 0 is not at all. */
export function score(item: Pick<PaletteItem, "title" | "hint" | "words">, query: string): number {
  const wanted = query.trim().toLocaleLowerCase();
  if (wanted === "") return 1;
  const title = item.title.toLocaleLowerCase();
  if (title.startsWith(wanted)) return 4;
  if (title.split(/[\s/·-]+/).some((word) => word.startsWith(wanted))) return 3;
  if (title.includes(wanted)) return 2;
  const rest = `${item.hint ?? ""} ${item.words ?? ""}`.toLocaleLowerCase();
  return rest.includes(wanted) ? 1 : 0;
}

/** Those that fit, the best first within each group; groups keep the order of their first appearance. */
export function filterItems(items: readonly PaletteItem[], query: string): PaletteItem[] {
  const groups = [...new Set(items.map((item) => item.group))];
  return items
    .map((item, index) => ({ item, index, points: score(item, query) }))
    .filter(({ points }) => points > 0)
    .sort(
      (left, right) =>
        groups.indexOf(left.item.group) - groups.indexOf(right.item.group) ||
        right.points - left.points ||
        left.index - right.index,
    )
    .map(({ item }) => item);
}
