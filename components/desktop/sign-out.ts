/** Ends the session on the server, forgets what this browser keeps of it, and leaves. */
export async function leaveConsole(): Promise<void> {
  const { signOut } = await import("next-auth/react");
  await signOut({ redirect: false });
  location.assign("/signin");
}
