"""`Workbench`: a cluster that is ready for Anaconda Workbench, as one component, and the chart's values.

Owns: the order of the parts, so that destroy is exactly the reverse, and the outputs. Does not own what can be chosen
(`options.py`), what a part is given (`parts.py`), nor the chart: Helm is the person's who installs.
"""

from typing import Any, Optional

import pulumi

from project_workspace.workbench import values
from project_workspace.workbench.assembly import Assembly
from project_workspace.workbench.first_looks import (
    look_at_the_namespace,
    look_at_the_volumes,
    look_first,
)
from project_workspace.workbench.options import WorkbenchArgs
from project_workspace.workbench.parts import (
    give_rights,
    guard_the_installation,
    make_certificates,
    make_namespace,
    make_nodes,
    make_pull_secret,
    make_volumes,
)


class Workbench(pulumi.ComponentResource):
    """What one Workbench needs of its cluster. Its arguments have reported everything that is wrong before this is
    called."""

    values_yaml: str
    """The chart's values.yaml, without a secret."""
    authority: Optional[pulumi.Output[str]]
    """The root certificate in PEM; None where this stack does not make the certificate's secret."""
    node_groups: dict[str, Any]
    """By spec: labels, taints, and a ready `nodeSelector` and `tolerations`."""
    node_group_names: Optional[pulumi.Output[list[str]]]

    def __init__(self, name: str, args: WorkbenchArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:workbench:Workbench", name, {}, opts)
        self._args = args
        workbench = Assembly(name, args, parent=self)
        workbench.know_the_cluster(args.kubeconfig)
        look_at_the_volumes(workbench)
        look_first(workbench)
        look_at_the_namespace(workbench)
        make_namespace(workbench)
        give_rights(workbench)
        make_pull_secret(workbench)
        self.authority = make_certificates(workbench)
        make_volumes(workbench)
        nodes = make_nodes(workbench)
        self.node_groups, self.node_group_names = (nodes.placement, nodes.group_names) if nodes else ({}, None)
        guard_the_installation(workbench)
        self.values_yaml = values.text_of(values.document(args, self.node_groups))
        self.register_outputs(self.outputs())

    def outputs(self) -> dict[str, Any]:
        """Everything that whoever installs needs next; nothing of it is secret."""
        args = self._args
        found = {
            "namespace": args.namespace.name,
            "serviceAccount": args.service_account,
            "hostname": args.hostname,
            "dnsRecords": self._dns_records(),
            "certificateAuthority": self.authority,
            "nodeGroups": self.node_groups,
            "nodeGroupNames": self.node_group_names,
            "valuesYaml": self.values_yaml,
        }
        return {key: value for key, value in found.items() if value is not None}

    def _dns_records(self) -> Optional[dict[str, str]]:
        """Both records of the DNS, by name; None while the address is not known."""
        address = self._args.ingress.address
        return dict.fromkeys((self._args.hostname, f"*.{self._args.hostname}"), address) if address else None
