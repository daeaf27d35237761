"""What people choose of the connection to the cluster: the section `kubernetes` of a stack file."""

from project_workspace.schema.section import Section


class KubernetesOptions(Section):
    """How the stack reaches the Kubernetes cluster."""

    from_cluster: bool = False
    """Whether the connection is derived from the EKS cluster of `cluster`, with credentials from `aws eks get-token` at
    each use. Default: `kubernetes:kubeconfig` and `kubernetes:context` of the stack, else KUBECONFIG."""
