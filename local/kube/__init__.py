"""The Kubernetes of the local platform: a real etcd, kube-apiserver and kube-controller-manager without nodes.

Owns: how these three are run (`servers`, `cluster`), their keys and the kubeconfig (`credentials`), objects of any
kind as plain dictionaries (`objects`, `watching`), and what a cluster with Kubeflow holds before any workspace
exists (`seed`, `manifests/`). Does not own: processes (`local.processes`), where the binaries come from
(`local.toolchain`), dex itself (`local.dex`) and the profile controller (`local.standins.profile_controller`).
"""
