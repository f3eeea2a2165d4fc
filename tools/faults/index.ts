export { type Exchange, evenly, type Fault, type FaultRates, type FaultRule, NO_FAULTS } from "./faults.ts";
export { rerouted } from "./kubeconfig.ts";
export { FaultProxy, type FaultProxyOptions, type Passage } from "./proxy.ts";
