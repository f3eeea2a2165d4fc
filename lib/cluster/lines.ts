/**
 * Splits a byte stream at line feeds. A last line without one is yielded too; empty lines are kept. A line of more than
 * `mostBytes` comes in pieces of about that size, whole characters each, so that nobody's endless line fills the memory.
 */
export async function* lines(
  chunks: AsyncIterable<Uint8Array>,
  mostBytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<string, void, undefined> {
  let rest: Uint8Array[] = [];
  let held = 0;
  const take = (piece: Uint8Array) => {
    const text = Buffer.concat([...rest, piece]).toString("utf8");
    [rest, held] = [[], 0];
    return text;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield take(chunk.subarray(start, end));
      start = end + 1;
    }
    let open = chunk.subarray(start);
    const cut = held + open.length > mostBytes ? lastBoundary(open) : 0;
    if (cut > 0) {
      yield take(open.subarray(0, cut));
      open = open.subarray(cut);
    }
    if (open.length > 0) rest.push(open);
    held += open.length;
  }
  if (rest.length > 0) yield take(new Uint8Array());
}

/** Where the last character of UTF-8 begins. */
function lastBoundary(bytes: Uint8Array): number {
  let at = bytes.length - 1;
  while (at > 0 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return at;
}
