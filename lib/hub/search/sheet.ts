/** Documents by number, and what each is worth. Both lists are as long. */
export interface Scores {
  documents: Uint32Array<ArrayBuffer>;
  scores: Float32Array<ArrayBuffer>;
}

export const NO_SCORES: Scores = { documents: new Uint32Array(), scores: new Float32Array() };

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
    const taken = worth(this.#touched, (document) => this.#sums[document] ?? 0);
    for (const document of this.#touched) this.#sums[document] = 0;
    this.#touched.length = 0;
    return taken;
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
  const { counts, sums } = addedUp(lists);
  const all: number[] = [];
  for (const document of first.documents) if (counts[document] === lists.length) all.push(document);
  return worth(all, (document) => sums[document] ?? 0);
}

/** What stands in any list, worth the more the more of them it stands in. */
export function inAny(lists: readonly Scores[]): Scores {
  const { counts, sums } = addedUp(lists);
  const any: number[] = [];
  for (let document = 0; document < counts.length; document++) if (counts[document]) any.push(document);
  return worth(any, (document) => (sums[document] ?? 0) * (counts[document] ?? 0));
}

function addedUp(lists: readonly Scores[]) {
  let size = 0;
  for (const { documents } of lists)
    for (const document of documents) if (document >= size) size = document + 1;
  const counts = new Uint8Array(size);
  const sums = new Float64Array(size);
  for (const { documents, scores } of lists)
    for (let at = 0; at < documents.length; at++) {
      const document = documents[at] ?? 0;
      counts[document] = (counts[document] ?? 0) + 1;
      sums[document] = (sums[document] ?? 0) + (scores[at] ?? 0);
    }
  return { counts, sums };
}

function worth(documents: readonly number[], score: (document: number) => number): Scores {
  const scores = new Float32Array(documents.length);
  for (let at = 0; at < documents.length; at++) scores[at] = score(documents[at] ?? 0);
  return { documents: new Uint32Array(documents), scores };
}
