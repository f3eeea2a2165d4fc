"use client";
import { create } from "zustand";
import type { Tone } from "./badge";

export interface ToastMessage {
  title: string;
  description?: string;
  tone?: Tone;
  /** One thing to do, e.g. "Undo" or "Open". */
  action?: { label: string; onSelect: () => void };
  /** How long it stays; errors stay until closed. */
  durationMs?: number;
}

export interface Toast extends ToastMessage {
  id: number;
}

interface ToastState {
  toasts: Toast[];
  add: (message: ToastMessage) => number;
  remove: (id: number) => void;
}

let next = 1;

export const useToasts = create<ToastState>((set) => ({
  toasts: [],
  add: (message) => {
    const id = next++;
    // Three at most: older ones have been seen or never will be.
    set((state) => ({ toasts: [...state.toasts.slice(-2), { ...message, id }] }));
    return id;
  },
  remove: (id) => set((state) => ({ toasts: state.toasts.filter((toast) => toast.id !== id) })),
}));

/** Says that something happened out of sight. Returns the toast's id. */
export function useToast(): (message: ToastMessage) => number {
  return useToasts((state) => state.add);
}
