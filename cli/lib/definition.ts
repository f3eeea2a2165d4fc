import type { Context } from "./context.ts";
import type { Text } from "./text.ts";

/** What the shell offers for a word, given the words so far. */
export type Completer = () => readonly string[];

interface Described {
  help: Text;
  /** The only values it takes; also offered by completion. */
  choices?: readonly string[];
  complete?: Completer;
}

/** The option `--<key in kebab case>`. Without `value` it is a switch. */
export interface OptionDefinition extends Described {
  short?: string;
  /** What stands in help for the value: `--tag <REFERENCE>`. */
  value?: string;
  /** May be given several times; the values come as a list. */
  multiple?: boolean;
  required?: boolean;
  default?: string;
}

export interface ArgumentDefinition extends Described {
  /** Name in help. */
  value: string;
  optional?: boolean;
  /** The last argument may take all that follow; the values come as a list. */
  variadic?: boolean;
}

export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>;
export type ArgumentDefinitions = Readonly<Record<string, ArgumentDefinition>>;

type OptionValue<D extends OptionDefinition> = D extends { value: string }
  ? D extends { multiple: true }
    ? string[]
    : D extends { required: true } | { default: string }
      ? string
      : string | undefined
  : boolean;

type ArgumentValue<D extends ArgumentDefinition> = D extends { variadic: true }
  ? string[]
  : D extends { optional: true }
    ? string | undefined
    : string;

export type Given<A extends ArgumentDefinitions, O extends OptionDefinitions> = {
  [K in keyof A]: ArgumentValue<A[K]>;
} & { [K in keyof O]: OptionValue<O[K]> } & {
  /** With `unknownOptions`: the words from the first unknown option on, as they were given. */
  rest: string[];
};

/**
 * One command. From it come its parsing, help, completion and its section in docs/cli.md. Definitions are loaded at
 * every start, so `run` imports what is heavy by itself: `const { x } = await import("…")`.
 */
export interface CommandDefinition<A extends ArgumentDefinitions, O extends OptionDefinitions> {
  /** `build`, or with a group before it: `import template`. */
  name: string;
  summary: Text;
  /** More than the summary, for help and docs/cli.md. */
  description?: Text;
  arguments: A;
  options: O;
  /** Takes `-n, --namespace`. */
  namespace?: boolean;
  /** Options that are not declared are no error: `run` gets them in `rest`. */
  unknownOptions?: boolean;
  examples: readonly { does: Text; command: string }[];
  /** Not shown in help and docs. */
  hidden?: boolean;
  run(context: Context, given: Given<A, O>): Promise<void>;
}

export type AnyCommand = Omit<CommandDefinition<ArgumentDefinitions, OptionDefinitions>, "run"> & {
  run(context: Context, given: never): Promise<void>;
};

/** Gives a definition's `run` the types of its arguments and options. */
export function defineCommand<const A extends ArgumentDefinitions, const O extends OptionDefinitions>(
  definition: CommandDefinition<A, O>,
): CommandDefinition<A, O> {
  return definition;
}

/** `withImages` → `--with-images`. */
export function longFlag(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Options that every command has, or those with a namespace. */
const commonOptions = {
  json: {
    help: [
      "Print one JSON document, or one per line, on standard output and nothing else",
      "只在标准输出上打印 JSON（一个文档，或每行一个）",
    ],
  },
  namespace: {
    short: "n",
    value: "NAMESPACE",
    help: [
      "Workspace (namespace) to act in; else the kubeconfig's",
      "要操作的工作空间（命名空间）；默认取自 kubeconfig",
    ],
  },
} as const satisfies OptionDefinitions;

export function allOptions(definition: AnyCommand): OptionDefinitions {
  const { json, namespace } = commonOptions;
  return { ...definition.options, ...(definition.namespace ? { namespace } : {}), json };
}
