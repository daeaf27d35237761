"""Stand-in for the provider plugin pulumi-eks: `eks.ManagedNodeGroup` on an existing cluster.

Only on PATH while the official plugin is not installed (docs/facts/eks-node-groups.md, "ManagedNodeGroup on an existing
cluster"). Every other component of the package, and every input that makes the real plugin create more than the node
group, is refused by name.
"""
