import { cloneElement, isValidElement, type ReactElement, type ReactNode, type SyntheticEvent } from "react";

type Handlers = Record<string, unknown>;

/**
 * The single child with further props. Where both have an event handler, the child's runs first, then ours, unless the
 * child prevented the default.
 */
export function withProps(child: ReactNode, extra: Handlers): ReactElement {
  if (!isValidElement<Handlers>(child)) throw new Error("Expected exactly one element");
  const merged: Handlers = {};
  for (const [name, ours] of Object.entries(extra)) {
    const theirs = child.props[name];
    merged[name] =
      typeof ours === "function" && typeof theirs === "function"
        ? (event: SyntheticEvent) => {
            theirs(event);
            if (!event.defaultPrevented) ours(event);
          }
        : (ours ?? theirs);
  }
  return cloneElement(child, merged);
}
