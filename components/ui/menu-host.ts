import type { ReactNode } from "react";
import { create } from "zustand";
import type { Box } from "./place";

export type MenuEntry =
  | {
      label: string;
      icon?: ReactNode;
      onSelect: () => void;
      danger?: boolean;
      disabled?: boolean;
      /** Why it is disabled, or a second line. */
      hint?: string;
      shortcut?: string;
      /** Present: one of several choices, or a switch. */
      checked?: boolean;
    }
  | { heading: string }
  | "separator";

export interface OpenMenu {
  id: string;
  items: MenuEntry[];
  anchor: Box;
  align: "start" | "center" | "end";
  side: "top" | "bottom";
  /** Gets the focus back. */
  trigger: HTMLElement | null;
  /** Names the menu. */
  label?: string;
}

/** The one open menu. */
export const useMenuHost = create<{ open: OpenMenu | undefined }>(() => ({ open: undefined }));

export const closeMenu = () => useMenuHost.setState({ open: undefined });
