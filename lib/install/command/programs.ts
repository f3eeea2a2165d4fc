import { label } from "../../model/resources.ts";

/** Where things are in the container that runs a command. */
export const HUB_FOLDER = "/hub";
export const WORK_FOLDER = "/work";

/**
 * Unpacks the image's files, runs the command among them, and leaves a mark once it has ended well: where nothing really
 * ran, a Job may be called complete all the same.
 */
export const runner = `set -eu
mkdir -p "$HOME" ${WORK_FOLDER}/image
tar -xzf ${HUB_FOLDER}/files.tar.gz -C ${WORK_FOLDER}/image
mkdir -p "${WORK_FOLDER}/image/$HUB_START"
cd "${WORK_FOLDER}/image/$HUB_START"
export HUB_PATH="$PATH" PATH="${HUB_FOLDER}/bin:$PATH"
bash -e ${HUB_FOLDER}/command.sh
printf %s "$HUB_MARK" > /dev/termination-log
`;

/** The same in an image that the action itself names, which brings its programs along and gets no files. */
export const ownRunner = `set -eu
mkdir -p "$HOME"
cd ${WORK_FOLDER}
bash -e ${HUB_FOLDER}/command.sh
printf %s "$HUB_MARK" > /dev/termination-log
`;

const marking = `mark() { kubectl label --overwrite "$@" "${label.command}=$HUB_MARK" > /dev/null || echo "Not all could be marked: what is not stays when the app is uninstalled." >&2; }`;

/**
 * Stands before kubectl and marks what it makes, by what it says it has done, so that the manager finds it. On the server
 * and afterwards, so that no way of giving manifests has to be understood.
 */
export const kubectl = `#!/usr/bin/env bash
export PATH="$HUB_PATH"
${marking}
verb= skip=
for word in "$@"; do
  if [ "$skip" ]; then skip=; continue; fi
  case $word in
    -n | --namespace | --context | --cluster | --user | --kubeconfig | -s | --server | --token | --as | --request-timeout | -v) skip=1 ;;
    -*) ;;
    *) verb=$word; break ;;
  esac
done
case $verb in
  apply | create | replace | run | expose | autoscale) ;;
  *) exec kubectl "$@" ;;
esac
said=$(mktemp)
kubectl "$@" | tee "$said"
code=\${PIPESTATUS[0]}
made=()
while read -r line; do
  [[ $line =~ ^([a-z0-9.-]+/[A-Za-z0-9._:-]+)(\\ (created|configured|unchanged|serverside-applied|replaced|exposed|autoscaled))?$ ]] && made+=("\${BASH_REMATCH[1]}")
done < "$said"
[ "\${#made[@]}" = 0 ] || mark "\${made[@]}"
exit "$code"
`;

/** Stands before helm and marks the releases that it makes or changes, and what is in them. */
export const helm = `#!/usr/bin/env bash
export PATH="$HUB_PATH"
${marking}
releases() { kubectl get secrets -l owner=helm -o name; }
before=$(releases)
helm "$@"
code=$?
for release in $(releases); do
  case $'\\n'"$before"$'\\n' in *$'\\n'"$release"$'\\n'*) continue ;; esac
  name=\${release#secret/sh.helm.release.v1.}
  helm get manifest "\${name%.v*}" | mark -f -
  mark "$release"
done
exit "$code"
`;
