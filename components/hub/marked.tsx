/** Text in unmarked and marked pieces in turns, as the search says them. Never HTML: whoever wrote it may be anybody. */
export function Marked({ pieces }: { pieces: string[] }) {
  return pieces.map((piece, at) =>
    at % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no names, and all change at once
      <mark key={at} className="rounded-xs bg-mark text-inherit">
        {piece}
      </mark>
    ) : (
      piece
    ),
  );
}
