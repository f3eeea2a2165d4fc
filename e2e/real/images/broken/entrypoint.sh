set -e
kubectl create configmap broken-half
kubectl create role broken --verb=get --resource=pods
