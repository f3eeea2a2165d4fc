/** Sizes that both the drawing and the reckoning need, in pixels. */
export const TOP_BAR = 40;
/** The dock with the air around it. */
export const DOCK = 76;
export const CELL_WIDTH = 104;
export const CELL_HEIGHT = 112;
/** Air around the icon grid. */
export const GRID_PADDING = 12;
