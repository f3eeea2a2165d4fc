set -e
kubectl get configmaps > /dev/null
kubectl apply -f deploy
kubectl create secret generic older-mode --from-literal=mode="$MODE"
