"use client";
import { Component, type ReactNode } from "react";
import { ErrorState } from "@/components/ui/error-state";

interface ErrorBoundaryProps {
  children: ReactNode;
  /** Draws nothing instead of the error, for what the page can do without. */
  quiet?: boolean;
}

/** A page that fails takes its window, not the desktop. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (this.props.quiet) return null;
    // Code that could not be fetched is not asked for again by itself; a reload brings the current one.
    const missing = error instanceof Error && error.name === "ChunkLoadError";
    const retry = missing ? () => location.reload() : () => this.setState({ error: undefined });
    return <ErrorState error={error} onRetry={retry} />;
  }
}
