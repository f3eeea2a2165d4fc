/**
 * A small, safe reading of an input's `if`: comparisons of `inputs.*` and literals with `!`, `&&`, `||` and brackets.
 * It exists so that a form reacts at once; whether an input counts is decided by the server, which evaluates the
 * whole language in a sandbox. What this cannot read is taken as true: better a field too many than one missing.
 */
export function isShown(condition: string | undefined, inputs: Record<string, string>): boolean {
  if (!condition) return true;
  const source = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(condition)?.[1] ?? condition;
  try {
    const reader = new Reader(tokens(source), inputs);
    const value = reader.or();
    return reader.atEnd ? truthy(value) : true;
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}

type Value = string | number | boolean | null | undefined;
interface Token {
  kind: "name" | "text" | "number" | "operator";
  text: string;
}

const TOKEN =
  /\s*(?:(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<number>\d+(?:\.\d+)?)|(?<name>[A-Za-z_$][\w$]*)|(?<operator>===|!==|==|!=|<=|>=|&&|\|\||[<>!().[\]]))/y;

function tokens(source: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  const text = source.trimEnd();
  while (TOKEN.lastIndex < text.length) {
    const groups = TOKEN.exec(text)?.groups;
    if (!groups) throw new SyntaxError("not in the subset");
    const [kind, value] = Object.entries(groups).find(([, part]) => part !== undefined) ?? [];
    if (kind === undefined || value === undefined) throw new SyntaxError("not in the subset");
    found.push({ kind: kind as Token["kind"], text: value });
  }
  return found;
}

class Reader {
  private readonly list: Token[];
  private readonly inputs: Record<string, string>;
  private position = 0;

  constructor(list: Token[], inputs: Record<string, string>) {
    this.list = list;
    this.inputs = inputs;
  }

  get atEnd(): boolean {
    return this.position === this.list.length;
  }

  or(): Value {
    let left = this.and();
    while (this.take("||")) {
      const right = this.and();
      left = truthy(left) ? left : right;
    }
    return left;
  }

  private and(): Value {
    let left = this.comparison();
    while (this.take("&&")) {
      const right = this.comparison();
      left = truthy(left) ? right : left;
    }
    return left;
  }

  private comparison(): Value {
    const left = this.unary();
    const operator = this.list[this.position]?.text ?? "";
    if (!["===", "!==", "==", "!=", "<", ">", "<=", ">="].includes(operator)) return left;
    this.position++;
    return compare(left, operator, this.unary());
  }

  private unary(): Value {
    if (this.take("!")) return !truthy(this.unary());
    if (this.take("(")) {
      const value = this.or();
      this.expect(")");
      return value;
    }
    const token = this.list[this.position++];
    if (token?.kind === "text") return unquote(token.text);
    if (token?.kind === "number") return Number(token.text);
    if (token?.kind === "name") return this.named(token.text);
    throw new SyntaxError("not in the subset");
  }

  private named(name: string): Value {
    if (name === "true") return true;
    if (name === "false") return false;
    if (name === "null") return null;
    if (name === "undefined") return undefined;
    if (name !== "inputs") throw new SyntaxError("not in the subset");
    let field: string | undefined;
    if (this.take(".")) {
      const token = this.list[this.position++];
      if (token?.kind === "name") field = token.text;
    } else if (this.take("[")) {
      const token = this.list[this.position++];
      if (token?.kind === "text") field = unquote(token.text);
      this.expect("]");
    }
    if (field === undefined) throw new SyntaxError("not in the subset");
    return Object.hasOwn(this.inputs, field) ? this.inputs[field] : undefined;
  }

  private take(operator: string): boolean {
    const token = this.list[this.position];
    if (token?.kind !== "operator" || token.text !== operator) return false;
    this.position++;
    return true;
  }

  private expect(operator: string): void {
    if (!this.take(operator)) throw new SyntaxError("not in the subset");
  }
}

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, "$1");
}

function truthy(value: Value): boolean {
  return Boolean(value);
}

function compare(left: Value, operator: string, right: Value): boolean {
  switch (operator) {
    case "===":
      return left === right;
    case "!==":
      return left !== right;
    case "==":
      return loose(left, right);
    case "!=":
      return !loose(left, right);
    default: {
      const [a, b] = [Number(left), Number(right)];
      return operator === "<" ? a < b : operator === ">" ? a > b : operator === "<=" ? a <= b : a >= b;
    }
  }
}

/** `==` between an input's text and a literal of another type. */
function loose(left: Value, right: Value): boolean {
  if (typeof left === typeof right) return left === right;
  if (left === null || left === undefined || right === null || right === undefined)
    return (left ?? null) === (right ?? null);
  return Number(left) === Number(right);
}
