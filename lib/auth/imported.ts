/**
 * The default export of a CommonJS module that was compiled from one: Node's own loader hands out the whole module,
 * bundlers the export.
 */
export function imported<T extends object>(module: T): T {
  return "default" in module ? (module.default as T) : module;
}
