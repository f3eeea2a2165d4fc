"use client";
import { markdown } from "@codemirror/lang-markdown";
import { EditorView } from "@codemirror/view";
import { type CodeEditorProps, useCodeEditor } from "@/components/ui/code-editor/use-code-editor";

const extensions = [
  EditorView.lineWrapping,
  markdown(),
  EditorView.theme({ ".cm-content": { padding: "8px 12px" } }),
];

/** A README being written. Tab leaves it, as in every other field. */
export default function MarkdownEditor(props: CodeEditorProps) {
  const { host } = useCodeEditor(props, extensions);
  return <div ref={host} className="h-[26rem] overflow-hidden rounded-md border border-line-strong" />;
}
