"""Stand-in for the provider plugin pulumi-kubernetes, for machines that cannot download the official one.

Owns: resources of every kind that the API server knows, made by server-side apply as the official plugin makes them
(docs/facts/pulumi-kubernetes.md): `tokens`, `connection`, `handler`, `metadata`, `replacing`, `drift`, `waiting`,
`failures`. Refuses what it does not implement: Patch resources, Helm, YAML and kustomize resources, client-side apply,
waiting for kinds that nothing runs on a cluster without nodes. Does not check inputs against the API server in a
preview (the official plugin makes a dry run): a wrong field shows in the `up`.
An unchanged preview imports neither the Kubernetes client nor touches the cluster.
"""
