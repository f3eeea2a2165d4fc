import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import type { ExpandedText } from "./blocks.ts";
import { ImageError, type Sentence } from "./error.ts";
import { limits } from "./limits.ts";
import { composed, YamlFault } from "./yaml-compose.ts";

export type YamlNode = Node | null;

/** One key of a mapping. */
export interface YamlPair {
  key: Scalar;
  value: YamlNode;
}

/**
 * One YAML document with the lines of its source file. Aliases are followed node by node against a budget, so a
 * document that would unfold without end ("alias bomb") is refused before it takes memory.
 */
export class YamlDocument {
  readonly root: YamlNode;
  readonly file: string;
  readonly #document: Document.Parsed;
  readonly #counter: LineCounter;
  readonly #lines: number[];
  readonly #most: number;
  #nodes = 0;
  #targets?: Map<Alias, Node>;

  constructor(document: Document.Parsed, file: string, counter: LineCounter, lines: number[]) {
    this.#document = document;
    this.root = document.contents;
    this.file = file;
    this.#counter = counter;
    this.#lines = lines;
    const [begin, , end] = document.range;
    this.#most = Math.min(limits.yamlNodes, (end - begin) * limits.yamlNodesPerCharacter);
  }

  /** Source line of a node, 1-based. */
  line(node: YamlNode | undefined): number {
    const offset = node?.range?.[0] ?? this.#document.range[0];
    return sourceLine(this.#counter, this.#lines, offset);
  }

  /** The node itself, or what it is an alias of. @throws ImageError when the document unfolds too far. */
  follow(node: YamlNode | undefined, depth: number): YamlNode {
    this.#spend(1, node);
    if (depth > limits.yamlDepth) this.fail(["the document is nested too deeply", "文档嵌套过深"], node);
    if (!node) return null;
    if (!isAlias(node)) return node;
    const target = this.#target(node);
    if (!target)
      this.fail([`the alias *${node.source} has no anchor`, `别名 *${node.source} 没有对应的锚点`], node);
    return target;
  }

  #spend(nodes: number, at: YamlNode | undefined): void {
    this.#nodes += nodes;
    if (this.#nodes > this.#most)
      this.fail(
        ["the document has too many nodes once its aliases are followed", "展开别名后，文档的节点过多"],
        at,
      );
  }

  /** What an alias stands for: the nearest node before it with its anchor. One walk serves all aliases. */
  #target(alias: Alias): Node | undefined {
    if (!this.#targets) {
      const targets = new Map<Alias, Node>();
      const anchors = new Map<string, Node>();
      visit(this.#document, {
        Alias: (_, node) => {
          const target = anchors.get(node.source);
          if (target) targets.set(node, target);
        },
        Value: (_, node) => {
          if (node.anchor) anchors.set(node.anchor, node);
        },
      });
      this.#targets = targets;
    }
    return this.#targets.get(alias);
  }

  /** The pairs of a mapping in order, with merge keys (`<<`) unfolded; a key given twice comes twice. */
  pairs(map: YAMLMap, depth: number): YamlPair[] {
    const merged: YamlPair[] = [];
    const own: YamlPair[] = [];
    for (const { key, value } of map.items) {
      if (!isScalar(key))
        this.fail(["a key of a mapping must be a plain text", "映射的键必须是纯文本"], key as YamlNode);
      const node = (value ?? null) as YamlNode;
      if (key.value === "<<" && (isAlias(node) || isMap(node) || isSeq(node))) {
        for (const pair of this.#merge(node, depth + 1)) merged.push(pair);
      } else own.push({ key, value: node });
    }
    const names = new Set(own.map(({ key }) => String(key.value)));
    return [...merged.filter(({ key }) => !names.has(String(key.value))), ...own];
  }

  #merge(node: YamlNode, depth: number): YamlPair[] {
    const target = this.follow(node, depth);
    if (isMap(target)) {
      const pairs = this.pairs(target, depth);
      // Merged again and again, few nodes become many pairs.
      this.#spend(pairs.length, node);
      return pairs;
    }
    if (isSeq(target))
      return target.items.flatMap((item) => this.#merge(item as YamlNode, depth + 1)).reverse();
    return this.fail(["<< takes a mapping", "<< 后应为键值映射"], node);
  }

  /** The document as plain data, keys given twice resolved to the last. */
  plain(node: YamlNode = this.root, depth = 0): unknown {
    const target = this.follow(node, depth);
    if (isMap(target)) {
      const entries = this.pairs(target, depth).map(({ key, value }) => [
        String(key.value ?? ""),
        this.plain(value, depth + 1),
      ]);
      return Object.fromEntries(entries);
    }
    if (isSeq(target)) return target.items.map((item) => this.plain(item as YamlNode, depth + 1));
    return isScalar(target) ? target.value : null;
  }

  fail(sentence: Sentence, node: YamlNode | undefined): never {
    throw new ImageError(sentence, { file: this.file, line: this.line(node ?? this.root) });
  }
}

/** Parses YAML 1.2 documents; empty ones are left out. @throws ImageError with file and line when it is not YAML. */
export function parseYaml(expanded: ExpandedText, file: string): YamlDocument[] {
  return [...yamlDocuments(expanded, file)];
}

/** Like `parseYaml`, one document after the other: between two, and while a large one is read, others have their turn. */
export async function* parseYamlInTurn(
  expanded: ExpandedText,
  file: string,
): AsyncGenerator<YamlDocument, void> {
  for (const document of steps(expanded, file)) {
    if (document) yield document;
    await nextTurn();
  }
}

/** Like `parseYaml`, each when it is asked for, so that no more than one need be in memory. */
export function* yamlDocuments(expanded: ExpandedText, file: string): Generator<YamlDocument, void> {
  for (const document of steps(expanded, file)) if (document) yield document;
}

function* steps(expanded: ExpandedText, file: string): Generator<YamlDocument | undefined, void> {
  const separators = expanded.text.match(/^---/gm)?.length ?? 0;
  if (separators > limits.documents) {
    throw new ImageError(
      [`the file has more than ${limits.documents} documents`, `文件中的文档超过 ${limits.documents} 个`],
      { file },
    );
  }
  const counter = new LineCounter();
  try {
    for (const document of composed(expanded.text, counter)) {
      if (!document) {
        yield undefined;
        continue;
      }
      const { contents } = document;
      const empty = !contents || (isScalar(contents) && (contents.value === null || contents.value === ""));
      if (!empty) yield new YamlDocument(document, file, counter, expanded.lines);
    }
  } catch (cause) {
    if (!(cause instanceof YamlFault)) throw cause;
    const line = sourceLine(counter, expanded.lines, cause.offset);
    throw new ImageError(cause.sentence, { file, line, cause });
  }
}

/** Plain text as an `ExpandedText`: its lines are the file's own, from `firstLine`. */
export function asIs(text: string, firstLine = 1): ExpandedText {
  return { text, lines: text.split("\n").map((_, index) => firstLine + index) };
}

function sourceLine(counter: LineCounter, lines: number[], offset: number): number {
  const { line } = counter.linePos(offset);
  return lines[line - 1] ?? lines.at(-1) ?? 1;
}
