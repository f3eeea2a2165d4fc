/** Where icons stand: cells of a grid that fills downwards, then to the right. Pure. */
export interface Cell {
  column: number;
  row: number;
}

export interface PlacedIcon extends Cell {
  app: string;
}

export interface Grid {
  columns: number;
  rows: number;
}

const keyOf = (cell: Cell) => `${cell.column}/${cell.row}`;

/**
 * A cell for every app. Saved places are kept while they lie in the grid and are free (first come, first served); the
 * others get the first free cell in reading order, beyond the grid to the right if it is full.
 */
export function placeIcons(apps: readonly string[], saved: readonly PlacedIcon[], grid: Grid): PlacedIcon[] {
  const taken = new Set<string>();
  const places = new Map<string, Cell>();
  const present = new Set(apps);
  for (const icon of saved) {
    const fits = icon.row < grid.rows && icon.column < grid.columns;
    if (!fits || !present.has(icon.app) || places.has(icon.app) || taken.has(keyOf(icon))) continue;
    places.set(icon.app, { column: icon.column, row: icon.row });
    taken.add(keyOf(icon));
  }
  let next = 0;
  for (const app of apps) {
    if (places.has(app)) continue;
    const cellAt = (index: number): Cell => ({
      column: Math.floor(index / grid.rows),
      row: index % grid.rows,
    });
    while (taken.has(keyOf(cellAt(next)))) next += 1;
    const cell = cellAt(next);
    places.set(app, cell);
    taken.add(keyOf(cell));
  }
  return apps.map((app) => ({ app, ...(places.get(app) ?? { column: 0, row: 0 }) }));
}

/** Puts an icon on a cell; whoever stands there goes where it came from. */
export function moveIcon(icons: readonly PlacedIcon[], app: string, to: Cell): PlacedIcon[] {
  const from = icons.find((icon) => icon.app === app);
  if (!from) return [...icons];
  return icons.map((icon) => {
    if (icon.app === app) return { app, column: to.column, row: to.row };
    return icon.column === to.column && icon.row === to.row
      ? { app: icon.app, column: from.column, row: from.row }
      : icon;
  });
}

export type Direction = "up" | "down" | "left" | "right";

/** The icon that an arrow key leads to: the nearest in that direction, straight ahead before aside. */
export function neighbour(
  icons: readonly PlacedIcon[],
  app: string,
  direction: Direction,
): string | undefined {
  const from = icons.find((icon) => icon.app === app);
  if (!from) return icons[0]?.app;
  let best: { app: string; cost: number } | undefined;
  for (const icon of icons) {
    const dx = icon.column - from.column;
    const dy = icon.row - from.row;
    const [ahead, aside] =
      direction === "up"
        ? [-dy, dx]
        : direction === "down"
          ? [dy, dx]
          : direction === "left"
            ? [-dx, dy]
            : [dx, dy];
    if (ahead <= 0) continue;
    const cost = ahead + Math.abs(aside) * 3;
    if (!best || cost < best.cost) best = { app: icon.app, cost };
  }
  return best?.app;
}

/** One step in a direction, within the grid. */
export function step(cell: Cell, direction: Direction, grid: Grid): Cell {
  const column = cell.column + (direction === "left" ? -1 : direction === "right" ? 1 : 0);
  const row = cell.row + (direction === "up" ? -1 : direction === "down" ? 1 : 0);
  return {
    column: Math.min(Math.max(0, column), grid.columns - 1),
    row: Math.min(Math.max(0, row), grid.rows - 1),
  };
}
