/** Registries for tests: Debian's own, and a double that misbehaves on request. */
export { type Asked, type Fault, type RegistryDouble, startDouble } from "./double.ts";
export { PUBLISHER, registryMissing, run, startRegistry, type TestRegistry } from "./registry.ts";
