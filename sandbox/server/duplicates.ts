interface Frame {
  list: boolean;
  path: string;
  index: number;
  /** The property being read. */
  key: string;
  /** Properties seen so far; a set is only made once there are many. */
  seen: string[];
}

const QUOTE = 34;
const BACKSLASH = 92;

/** Paths of properties that a (valid) JSON text gives more than once, in the order of the text. */
export function duplicateFields(text: string): string[] {
  const found: string[] = [];
  const stack: Frame[] = [];
  let frame: Frame | undefined;
  let wantsKey = false;
  const here = () => {
    if (!frame) return "";
    if (frame.list) return `${frame.path}[${frame.index}]`;
    return frame.path ? `${frame.path}.${frame.key}` : frame.key;
  };
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const start = at + 1;
      at = endOfString(text, start);
      if (!wantsKey || !frame) continue;
      const key = text.slice(start, at);
      frame.key = key;
      if (frame.seen.includes(key)) found.push(here());
      else frame.seen.push(key);
      wantsKey = false;
    } else if (code === 123 || code === 91) {
      const next: Frame = { list: code === 91, path: here(), index: 0, key: "", seen: [] };
      if (frame) stack.push(frame);
      frame = next;
      wantsKey = code === 123;
    } else if (code === 125 || code === 93) {
      frame = stack.pop();
      wantsKey = false;
    } else if (code === 44 && frame) {
      if (frame.list) frame.index += 1;
      else wantsKey = true;
    }
  }
  return found;
}

function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start);
  while (at > 0) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at;
    at = text.indexOf('"', at + 1);
  }
  return text.length;
}
