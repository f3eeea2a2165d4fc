/** Documents by number, and what each is worth. Both lists are as long. */
export interface Scores {
  documents: Uint32Array<ArrayBuffer>;
  scores: Float64Array<ArrayBuffer>;
}

export const NO_SCORES: Scores = { documents: new Uint32Array(), scores: new Float64Array() };

/** Adds up what documents are worth: an array by document's number, used again for each word. */
export class Sheet {
  #sums = new Float64Array(1024);
  readonly #touched: number[] = [];

  add(document: number, score: number): void {
    if (document >= this.#sums.length) this.#grow(document);
    const sum = this.#sums[document] ?? 0;
    if (sum === 0) this.#touched.push(document);
    this.#sums[document] = sum + score;
  }

  get isEmpty(): boolean {
    return this.#touched.length === 0;
  }

  /** What was added up; the sheet is empty afterwards. */
  take(): Scores {
    const documents = Uint32Array.from(this.#touched);
    const scores = new Float64Array(documents.length);
    for (const [at, document] of documents.entries()) {
      scores[at] = this.#sums[document] ?? 0;
      this.#sums[document] = 0;
    }
    this.#touched.length = 0;
    return { documents, scores };
  }

  #grow(document: number): void {
    const sums = new Float64Array(Math.max(document + 1, 2 * this.#sums.length));
    sums.set(this.#sums);
    this.#sums = sums;
  }
}

/** What stands in every list, worth the sum of all. */
export function inAll(lists: readonly Scores[]): Scores {
  const [first, ...others] = lists;
  if (!first) return NO_SCORES;
  if (others.length === 0) return first;
  const { counts, sums } = addedUp(lists, (count, list) => count === list);
  return worth(
    first.documents.filter((document) => counts[document] === lists.length),
    (document) => sums[document] ?? 0,
  );
}

/** What stands in any list, worth the more the more of them it stands in. */
export function inAny(lists: readonly Scores[]): Scores {
  const { counts, sums } = addedUp(lists, () => true);
  const documents: number[] = [];
  for (const [document, count] of counts.entries()) if (count > 0) documents.push(document);
  return worth(Uint32Array.from(documents), (document) => (sums[document] ?? 0) * (counts[document] ?? 0));
}

function addedUp(lists: readonly Scores[], counted: (count: number, list: number) => boolean) {
  let size = 0;
  for (const { documents } of lists)
    for (const document of documents) if (document >= size) size = document + 1;
  const counts = new Uint8Array(size);
  const sums = new Float64Array(size);
  for (const [list, { documents, scores }] of lists.entries())
    documents.forEach((document, at) => {
      const count = counts[document] ?? 0;
      if (!counted(count, list)) return;
      counts[document] = count + 1;
      sums[document] = (sums[document] ?? 0) + (scores[at] ?? 0);
    });
  return { counts, sums };
}

function worth(documents: Uint32Array<ArrayBuffer>, score: (document: number) => number): Scores {
  const scores = new Float64Array(documents.length);
  documents.forEach((document, at) => {
    scores[at] = score(document);
  });
  return { documents, scores };
}
