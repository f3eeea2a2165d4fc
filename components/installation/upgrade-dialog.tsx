"use client";
import { useImage } from "@/components/hub/use-image";
import InstallDialog from "@/components/install/install-dialog";
import { parseImageReference } from "@/lib/model/names";
import type { Installation } from "@/lib/model/resources";

/** The plan of upgrading an installation to what is newer, and the button that does it. */
export default function UpgradeDialog({
  installation,
  tag,
  onClose,
}: {
  installation: Installation;
  tag: string;
  onClose: () => void;
}) {
  const image = parseImageReference(installation.spec.image);
  const { data } = useImage(image ? { ...image, tag } : undefined);
  if (!data) return null;
  return <InstallDialog request={{ kind: "update", card: data.card, tag, installation }} onClose={onClose} />;
}
