/** Steps of all words together; more would take a server's memory and time from everybody else. */
const MOST_STEPS = 1_000_000;

/** There is more to look for than is looked for. */
export class TooManyWords extends Error {}

/**
 * Many words that are looked for in texts, each text read once however many there are and whatever they are like (Aho and
 * Corasick, 1975). They are compared by the bytes of UTF-8.
 */
export class Words {
  // A tree whose nodes are beginnings of words, 0 the empty one; a node's children are a list by `#sibling`.
  readonly #byte = [0];
  readonly #child = [0];
  readonly #sibling = [0];
  /** The longest beginning of a word that ends as this one does. */
  readonly #shorter = [0];
  /** The length of the longest word that ends here. */
  readonly #ending = [0];

  /** @throws TooManyWords */
  constructor(words: Iterable<string>) {
    for (const word of words) this.#add(Buffer.from(word));
    // By length, so that what is shorter is known.
    let level = [0];
    while (level.length > 0) {
      const deeper: number[] = [];
      for (const node of level) {
        for (let child = this.#child[node] ?? 0; child; child = this.#sibling[child] ?? 0) {
          const shorter = node ? this.#after(this.#shorter[node] ?? 0, this.#byte[child] ?? 0) : 0;
          this.#shorter[child] = shorter;
          this.#ending[child] ||= this.#ending[shorter] ?? 0;
          deeper.push(child);
        }
      }
      level = deeper;
    }
  }

  /** The text with `by` in the place of each word, and of words that touch or overlap. */
  replace(text: string, by: string): string {
    const bytes = Buffer.from(text);
    const found: { from: number; to: number }[] = [];
    let node = 0;
    for (let at = 0; at < bytes.length; at++) {
      node = this.#after(node, bytes[at] ?? 0);
      const length = this.#ending[node] ?? 0;
      if (length === 0) continue;
      let from = at + 1 - length;
      for (let last = found.at(-1); last && last.to >= from; last = found.at(-1)) {
        from = Math.min(from, last.from);
        found.pop();
      }
      found.push({ from, to: at + 1 });
    }
    if (found.length === 0) return text;
    const kept = found.map(({ from }, index) => bytes.toString("utf8", found[index - 1]?.to ?? 0, from));
    return [...kept, bytes.toString("utf8", found.at(-1)?.to)].join(by);
  }

  #add(word: Uint8Array): void {
    let node = 0;
    for (const byte of word) {
      let next = this.#childOf(node, byte);
      if (next === 0) {
        next = this.#byte.length;
        if (next > MOST_STEPS) throw new TooManyWords();
        this.#byte.push(byte);
        this.#sibling.push(this.#child[node] ?? 0);
        this.#child[node] = next;
        for (const list of [this.#child, this.#shorter, this.#ending]) list.push(0);
      }
      node = next;
    }
    this.#ending[node] = word.length;
  }

  #childOf(node: number, byte: number): number {
    let child = this.#child[node] ?? 0;
    while (child && this.#byte[child] !== byte) child = this.#sibling[child] ?? 0;
    return child;
  }

  #after(node: number, byte: number): number {
    let from = node;
    for (;;) {
      const next = this.#childOf(from, byte);
      if (next || from === 0) return next;
      from = this.#shorter[from] ?? 0;
    }
  }
}
