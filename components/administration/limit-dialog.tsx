"use client";
import { useQueryClient } from "@tanstack/react-query";
import { BudgetDialog } from "@/components/usage/budget-dialog";
import type { WorkspaceRow } from "@/lib/model/administration-views";

/** The administrators' limit of a workspace, and the way to lift a stop. */
export function LimitDialog({
  workspace: { uid, limit, stopped },
  title,
  onClose,
}: {
  workspace: WorkspaceRow;
  title: string;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  return (
    <BudgetDialog
      budget={limit && { spec: limit }}
      area="administration.budgetDialog"
      path={["administration", "workspaces", uid, "limit"]}
      title={title}
      stopped={stopped}
      onClose={(changed) => {
        if (changed) void queries.invalidateQueries({ queryKey: ["administration"] });
        onClose();
      }}
    />
  );
}
