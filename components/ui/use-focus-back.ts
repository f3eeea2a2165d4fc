"use client";
import { useRef } from "react";

/**
 * For Radix dialogs that nothing inside of their root opens: they know of no trigger to give the focus back to, so this
 * gives it to what had it before.
 */
export function useFocusBack() {
  const before = useRef<Element | null>(null);
  return {
    onOpenAutoFocus() {
      before.current = document.activeElement;
    },
    onCloseAutoFocus(event: Event) {
      event.preventDefault();
      if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
    },
  };
}
