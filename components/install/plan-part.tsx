import type { ReactNode } from "react";

/** One question that the plan answers. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h4 className="mb-1.5 text-xs font-medium text-muted">{title}</h4>
      {children}
    </div>
  );
}
