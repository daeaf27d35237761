"""The namespace's place in Run:ai: the label, the rights of Run:ai's services, and who submits and sees jobs.

Owns: which of them there are. Does not own the namespace, the form of a binding (`bindings.py`), the edit of shared
lists (`shared_subjects.py`), nor the project, which is made in Run:ai's control plane. The label comes last: when
Run:ai takes the namespace up, it has its rights there.
"""

from dataclasses import dataclass
from typing import Optional

import pulumi

from project_workspace.kube.built_in import BuiltIn
from project_workspace.kube.provider_connection import StackCluster
from project_workspace.runai.bindings import Grant, grants, needed, own_binding, template_bindings
from project_workspace.runai.options import SHARED, RunaiOptions
from project_workspace.runai.prerequisites import Prerequisites, PrerequisitesArgs
from project_workspace.runai.queue_label import QueueLabel, QueueLabelArgs
from project_workspace.runai.shared_subjects import SharedSubjects, SharedSubjectsArgs
from project_workspace.stack_mark import StackMark

RBAC = "rbac.authorization.k8s.io/v1"


@dataclass(kw_only=True)
class RunaiProjectArgs:
    """A namespace that is there, or is about to be made."""

    options: RunaiOptions
    """With a project."""
    namespace: str
    adopt: bool = False
    """Take over the label and the people that are there already."""
    mark: StackMark
    """Whose all of it is."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


def prerequisites(name: str, args: RunaiProjectArgs, opts: Optional[pulumi.ResourceOptions] = None) -> pulumi.Resource:
    """The look for what Run:ai must have installed, to be made before everything else."""
    options, wanted = args.options, needed(args.namespace, args.options)
    return Prerequisites(
        name,
        PrerequisitesArgs(
            namespace=args.namespace,
            label=options.queue_label,
            runai_project=str(options.project),
            take_over=options.take_over,
            cluster_roles=wanted.cluster_roles,
            runai_namespace=wanted.namespace,
            shared_bindings=wanted.shared_bindings,
            pulumi_project=args.mark.project,
            pulumi_stack=args.mark.stack,
            stack_cluster=args.stack_cluster,
        ),
        opts=opts,
    )


class RunaiProject(pulumi.ComponentResource):
    """A project's namespace when this is ready: Run:ai's services and people may do in it what they are to."""

    def __init__(self, name: str, args: RunaiProjectArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:runai:RunaiProject", name, {}, opts)
        # All of it is this stack's alone: an edit by hand is drift, to be put right.
        self._annotations = {**args.mark.annotations, "pulumi.com/patchForce": "true"}
        options = args.options
        child = pulumi.ResourceOptions(parent=self)
        services: list[pulumi.Resource] = []
        if options.template:
            manifests = template_bindings(args.namespace, options.template, self._annotations)
            services = [BuiltIn(f"{name}-{key}", RBAC, manifest, child) for key, manifest in manifests.items()]
        after = pulumi.ResourceOptions(parent=self, depends_on=services)
        for grant in grants(args.namespace, options):
            if options.bindings == SHARED:
                self._put_into_the_list(name, grant, args, after)
            else:
                BuiltIn(f"{name}-{grant.key}", RBAC, own_binding(grant, self._annotations), child)
        QueueLabel(
            name,
            QueueLabelArgs(
                namespace=args.namespace,
                label=options.queue_label,
                runai_project=str(options.project),
                take_over=options.take_over,
                adopt=args.adopt,
                pulumi_project=args.mark.project,
                pulumi_stack=args.mark.stack,
                stack_cluster=args.stack_cluster,
            ),
            opts=after,
        )
        self.register_outputs({})

    def _put_into_the_list(self, name: str, grant: Grant, args: RunaiProjectArgs, opts: pulumi.ResourceOptions) -> None:
        SharedSubjects(
            f"{name}-{grant.key}",
            SharedSubjectsArgs(
                binding=grant.shared_name,
                namespace=grant.namespace,
                users=grant.users,
                adopt=args.adopt,
                pulumi_project=args.mark.project,
                pulumi_stack=args.mark.stack,
                stack_cluster=args.stack_cluster,
            ),
            opts=opts,
        )
