/** Lines of a log in blocks, so that a new line redraws one block only. The oldest blocks go first. */
export interface LogBuffer {
  blocks: readonly LogBlock[];
  /** Lines kept. */
  size: number;
}

export interface LogBlock {
  id: number;
  lines: readonly string[];
}

export const emptyLog: LogBuffer = { blocks: [], size: 0 };

const BLOCK = 200;
const LIMIT = 10_000;

/** The buffer with lines added; full blocks stay the same objects. At most 10,000 lines are kept. */
export function appendLines(buffer: LogBuffer, lines: readonly string[]): LogBuffer {
  if (lines.length === 0) return buffer;
  const blocks = [...buffer.blocks];
  let size = buffer.size;
  for (let from = 0; from < lines.length; ) {
    const last = blocks.at(-1);
    const room = last ? BLOCK - last.lines.length : 0;
    if (last && room > 0) {
      const part = lines.slice(from, from + room);
      blocks[blocks.length - 1] = { id: last.id, lines: [...last.lines, ...part] };
      from += part.length;
      size += part.length;
    } else blocks.push({ id: (last?.id ?? 0) + 1, lines: [] });
  }
  while (size > LIMIT) size -= blocks.shift()?.lines.length ?? size;
  return { blocks, size };
}

/** The whole text, for a file. */
export function logText(buffer: LogBuffer): string {
  return buffer.blocks.map((block) => block.lines.join("\n")).join("\n");
}
