"use client";
import { indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  foldGutter,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect } from "react";
import { type CodeEditorProps, useCodeEditor } from "@/components/ui/code-editor/use-code-editor";
import type { TextMark } from "./text-mark";

interface YamlEditorProps extends CodeEditorProps {
  marks?: readonly TextMark[];
}

/** A YAML editor that says at its lines what is wrong with them. */
export default function YamlEditor({ marks, ...props }: YamlEditorProps) {
  const { host, view } = useCodeEditor(props, extensions);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the view is there before this runs, and stays
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const length = editor.state.doc.length;
    const diagnostics = (marks ?? []).map<Diagnostic>((mark) => ({
      from: Math.min(mark.from, length),
      to: Math.min(Math.max(mark.to, mark.from), length),
      severity: mark.severity,
      message: mark.message,
    }));
    editor.dispatch(setDiagnostics(editor.state, diagnostics));
  }, [marks]);
  return <div ref={host} className="h-full min-h-0 overflow-hidden" />;
}

const gutters = EditorView.theme({
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--text-muted)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--hover) 60%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--text)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
  },
  ".cm-diagnostic-error": { borderLeftColor: "var(--danger)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--hover)", border: "none", color: "var(--text-muted)" },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent-text)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--warn)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--text-muted)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--text-muted)" },
]);

const extensions = [
  lineNumbers(),
  foldGutter(),
  indentOnInput(),
  bracketMatching(),
  highlightActiveLine(),
  EditorState.tabSize.of(2),
  keymap.of([indentWithTab]),
  yaml(),
  syntaxHighlighting(colours),
  gutters,
  lintGutter(),
];
