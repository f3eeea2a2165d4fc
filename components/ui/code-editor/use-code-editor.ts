"use client";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { type RefObject, useEffect, useRef } from "react";
import { look } from "./look";
import { textChange } from "./text-change";

export interface CodeEditorProps {
  value: string;
  /** Called for what a person changes, not for a `value` that comes from outside. */
  onChange?: ((text: string) => void) | undefined;
  readOnly?: boolean;
  /** Names the editor for assistive technology. */
  label: string;
}

const access = new Compartment();
const BY_HAND = ["input", "delete", "move", "undo", "redo"];

/**
 * An editor in the element that `host` is given to. Text that comes from outside changes only what differs, so that
 * the cursor stays.
 * @param extensions the language and what goes with it, as they are at first
 */
export function useCodeEditor(
  { value, onChange, readOnly = false, label }: CodeEditorProps,
  extensions: Extension,
): { host: RefObject<HTMLDivElement | null>; view: RefObject<EditorView | undefined> } {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(onChange);
  latest.current = onChange;
  const start = useRef({ value, extensions });

  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: start.current.value,
        extensions: [
          start.current.extensions,
          history(),
          drawSelection(),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          look,
          access.of([]),
          EditorView.updateListener.of(({ docChanged, transactions, state }) => {
            const byHand = transactions.some((each) => BY_HAND.some((event) => each.isUserEvent(event)));
            if (docChanged && byHand) latest.current?.(state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = undefined;
    };
  }, []);

  useEffect(() => {
    view.current?.dispatch({
      effects: access.reconfigure([
        EditorState.readOnly.of(readOnly),
        EditorView.contentAttributes.of({ "aria-label": label, "aria-multiline": "true" }),
      ]),
    });
  }, [readOnly, label]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const change = textChange(editor.state.doc.toString(), value);
    if (change) editor.dispatch({ changes: change });
  }, [value]);

  return { host, view };
}
