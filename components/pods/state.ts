/** Whether a container's state (`CrashLoopBackOff`, `ErrImagePull`) says that it does not get on. */
export function isStuck(state: string): boolean {
  return /BackOff|Err|Crash/.test(state);
}
