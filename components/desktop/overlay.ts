import { create } from "zustand";

export type OverlayName = "palette" | "launcher" | "activity" | "shortcuts" | "wallpaper";

interface OverlayState {
  open: OverlayName | undefined;
  /** The installation whose uninstall dialog is open. */
  uninstalling: string | undefined;
}

/** At most one overlay is open on the desktop. */
export const useOverlay = create<OverlayState>(() => ({ open: undefined, uninstalling: undefined }));

export const overlay = {
  show: (open: OverlayName) => useOverlay.setState({ open }),
  toggle: (name: OverlayName) =>
    useOverlay.setState((state) => ({ open: state.open === name ? undefined : name })),
  hide: () => useOverlay.setState({ open: undefined }),
  uninstall: (uninstalling: string | undefined) => useOverlay.setState({ uninstalling }),
};
