import { type RefCallback, useCallback, useState } from "react";

/**
 * Whether an element is narrower than `below` pixels, kept current. For what CSS alone cannot do, such as leaving out
 * a table's columns; an element's width counts, not the screen's, because pages live in windows.
 */
export function useNarrow(below: number): { ref: RefCallback<HTMLElement>; narrow: boolean } {
  const [narrow, setNarrow] = useState(false);
  const ref = useCallback<RefCallback<HTMLElement>>(
    (element) => {
      if (!element) return;
      const measure = () => setNarrow(element.clientWidth < below);
      measure();
      const observer = new ResizeObserver(measure);
      observer.observe(element);
      return () => observer.disconnect();
    },
    [below],
  );
  return { ref, narrow };
}
