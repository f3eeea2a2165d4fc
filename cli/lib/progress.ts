import type { Language } from "./text.ts";

/** Progress of one thing. End it with `done` or `fail`. */
export interface Bar {
  update(current: number, total?: number): void;
  done(word?: string): void;
  fail(word?: string): void;
}

type Terminal = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

const CELLS = 24;
const REDRAW_MS = 80;

interface Row {
  label: string;
  current: number;
  total?: number;
  end?: string;
}

/** The bars of each terminal that are being drawn: they share its last lines. */
const drawn = new WeakMap<Terminal, { rows: Row[]; lines: number; at: number }>();

export function startBar(
  stream: Terminal,
  label: string,
  total: number | undefined,
  language: Language,
): Bar {
  const row: Row = { label, current: 0, ...(total === undefined ? {} : { total }) };
  const words = language === "zh" ? { done: "完成", failed: "失败" } : { done: "done", failed: "failed" };
  if (!stream.isTTY) {
    stream.write(`${label} …\n`);
    const end = (word: string) => void stream.write(`${label}: ${word}\n`);
    return {
      update: () => undefined,
      done: (word = words.done) => end(word),
      fail: (word = words.failed) => end(word),
    };
  }
  const board = drawn.get(stream) ?? { rows: [], lines: 0, at: 0 };
  drawn.set(stream, board);
  board.rows.push(row);
  const draw = (force = false) => {
    const now = performance.now();
    if (!force && now - board.at < REDRAW_MS) return;
    board.at = now;
    const up = board.lines > 0 ? `\u001b[${board.lines}A` : "";
    const width = stream.columns ?? 80;
    stream.write(
      `${up}${board.rows.map((each) => `\u001b[2K${lineOf(each).slice(0, width - 1)}\n`).join("")}`,
    );
    board.lines = board.rows.length;
    // Once all have ended, what comes next is written below them.
    if (board.rows.every(({ end }) => end !== undefined)) drawn.delete(stream);
  };
  const end = (word: string) => {
    row.end = word;
    draw(true);
  };
  draw(true);
  return {
    update(current, of) {
      row.current = current;
      if (of !== undefined) row.total = of;
      draw();
    },
    done: (word = words.done) => end(word),
    fail: (word = words.failed) => end(word),
  };
}

function lineOf({ label, current, total, end }: Row): string {
  if (end !== undefined) return `${label}: ${end}`;
  if (!total) return `${label} …`;
  const share = Math.min(1, current / total);
  const full = Math.round(share * CELLS);
  return `${label} [${"=".repeat(full)}${" ".repeat(CELLS - full)}] ${Math.floor(share * 100)} %`;
}
