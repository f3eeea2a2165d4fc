import { useQuery } from "@tanstack/react-query";
import { Copy, Ellipsis, Eye, FileCode, Play, Trash2 } from "lucide-react";
import { useLocale, useTranslations } from "use-intl";
import { actionsFor, actionsPath, actionTitle, byState } from "@/components/actions/actions";
import { api } from "@/components/data/api";
import { useNavigation, withQuery } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { IconButton } from "@/components/ui/button";
import { Menu } from "@/components/ui/menu";
import type { ProviderView } from "@/lib/model/provider-views";
import type { ActionSummary } from "@/lib/model/resources";
import type { InstanceView } from "@/lib/model/stream";
import { pages } from "./titles";

interface RowMenuProps {
  provider: ProviderView;
  row: InstanceView;
  mayEdit: boolean;
  onDelete: (row: InstanceView) => void;
}

/** What can be done with one instance of a list; its actions are looked up as the hand moves there. */
export function RowMenu({ provider, row, mayEdit, onDelete }: RowMenuProps) {
  const t = useTranslations("provider");
  const locale = useLocale();
  const { navigate } = useNavigation();
  const { namespace } = useSession();
  const path = actionsPath(namespace, row);
  const known = useQuery({
    queryKey: ["actions", path],
    queryFn: ({ signal }) => api<{ actions: ActionSummary[] }>("GET", path, undefined, { signal }),
    enabled: false,
  });
  const look = () => void known.refetch({ cancelRefetch: false });
  const actions = byState(known.data?.actions ?? actionsFor(provider.actions, row), undefined).now;
  const to = pages.detail(provider.name, row.plural, row.name);
  return (
    <Menu
      items={[
        { label: t("show"), icon: <Eye size={16} aria-hidden />, onSelect: () => navigate(to) },
        {
          label: t("showYaml"),
          icon: <FileCode size={16} aria-hidden />,
          onSelect: () => navigate(withQuery(to, { tab: "yaml" })),
        },
        {
          label: t("copyName"),
          icon: <Copy size={16} aria-hidden />,
          onSelect: () => void navigator.clipboard.writeText(row.name),
        },
        ...actions.map((action) => ({
          label: actionTitle(action, locale),
          icon: <Play size={16} aria-hidden />,
          disabled: !mayEdit || row.phase === "Deleting",
          onSelect: () => navigate(withQuery(to, { tab: "actions", action: action.name })),
        })),
        "separator",
        {
          label: t("delete"),
          icon: <Trash2 size={16} aria-hidden />,
          danger: true,
          disabled: !mayEdit || row.phase === "Deleting",
          onSelect: () => onDelete(row),
        },
      ]}
    >
      <IconButton
        label={t("actionsOf", { name: row.name })}
        tooltip={false}
        onPointerEnter={look}
        onFocus={look}
      >
        <Ellipsis size={16} aria-hidden />
      </IconButton>
    </Menu>
  );
}
