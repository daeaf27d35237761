"""The objects of the good site: made once, removed at the end, and each known by a name for those who break it."""

from __future__ import annotations

from project_workspace.workbench import rbac
from tests.preflight.workbench.stage import (
    ACCOUNT,
    ADDRESS,
    CLUSTER,
    GPU_LABELS,
    GPU_TAINT,
    HOST,
    RBAC,
    REGION,
    Lines,
    Object,
    Stage,
    docker_config,
    given_tls,
    node,
    role_rules,
    volume,
)
from tests.support.addons import AddOns, Installed
from tests.support.real_cluster import eventually

AUTOSCALER = Installed(
    "kube-system", "cluster-autoscaler", {"c": "registry.k8s.io/autoscaling/cluster-autoscaler:v1.35.0"}
)
CONTROL_PLANE = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}


class Scenery:
    """Everything that stands on a stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.other = f"{stage.namespace}-ingress"
        self.objects: dict[str, Object] = {}
        self.addons = AddOns(stage.kube.objects)
        self.tls = given_tls()
        self.wells: dict[str, Lines] = {}
        """What is said of the good site, by what its settings have besides."""

    def settings(self) -> Object:
        """The settings of the good site."""
        registry = self.stage.registry
        nfs = {"server": "nfs.example.com"}
        return {
            "environment": "dev",
            "infra": "meerkat",
            "region": REGION,
            "cluster": CLUSTER,
            "hostname": HOST,
            "namespace": {"name": self.stage.namespace, "kind": "existing"},
            "image": {"server": f"{registry.host}/aedev/", "pullSecrets": ["regcred"]},
            "tls": self.tls,
            "ingress": {"className": self.class_name, "address": ADDRESS},
            "storage": {"nfs": {**nfs, "path": "/exports/storage"}},
            "persistence": {"nfs": {**nfs, "path": "/exports/persistence"}},
            "resourceProfiles": [
                {"name": "default", "description": "Small", "cpu": "2", "memory": "4Gi"},
                {
                    "name": "gpu",
                    "description": "GPU",
                    "cpu": "4",
                    "memory": "16Gi",
                    "gpu": 1,
                    "nodeSelector": {"pool": self.stage.namespace},
                    "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
                },
            ],
        }

    @property
    def class_name(self) -> str:
        return self.stage.namespace

    def make(self) -> None:
        """All of them, and wait until the claims are bound."""
        stage = self.stage
        stage.kube.make_namespace(stage.namespace)
        stage.kube.make_namespace(self.other)
        self.objects["namespace"] = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": stage.namespace}}
        self._nodes()
        self._identity()
        self._volumes()
        self._ingress()
        self.addons.install(AUTOSCALER)
        type_ = "kubernetes.io/dockerconfigjson"
        self.objects["pull secret"] = stage.make(
            "v1", "Secret", "regcred", type=type_, data=docker_config(stage.registry)
        )

    def _nodes(self) -> None:
        name = self.stage.namespace
        labels = {"node-role.kubernetes.io/control-plane": ""}
        gpu = {**GPU_LABELS, "pool": name}
        for key, fields in {
            "control plane": node(f"{name}-cp", "4", "16Gi", labels=labels, taints=[CONTROL_PLANE]),
            "first": node(f"{name}-1"),
            "second": node(f"{name}-2"),
            "third": node(f"{name}-3"),
            "with a GPU": node(f"{name}-gpu", gpus=1, labels=gpu, taints=[GPU_TAINT]),
        }.items():
            at = fields["metadata"]["labels"]["kubernetes.io/hostname"]
            self.objects[key] = made = self.stage.make("v1", "Node", at, namespaced=False, **fields)
            # The API server marks a new node as not ready; its kubelet and a controller take that away.
            self.stage.kube.objects.merge(made, {"spec": {"taints": fields["spec"].get("taints")}})

    def _identity(self) -> None:
        make = self.stage.make
        self.objects["account"] = make("v1", "ServiceAccount", ACCOUNT)
        self.objects["role"] = make(f"{RBAC}/v1", "Role", ACCOUNT, rules=role_rules())
        reference = {"apiGroup": RBAC, "kind": "Role", "name": ACCOUNT}
        subjects = [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": self.stage.namespace}]
        self.objects["binding"] = make(f"{RBAC}/v1", "RoleBinding", ACCOUNT, roleRef=reference, subjects=subjects)

        name = f"{self.stage.namespace}-ingress"
        rules = [dict(rule) for rule in rbac.template()["ingressClusterRole"]]
        self.objects["cluster role"] = make(f"{RBAC}/v1", "ClusterRole", name, False, rules=rules)
        reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": name}
        given = {"roleRef": reference, "subjects": subjects}
        self.objects["cluster binding"] = make(f"{RBAC}/v1", "ClusterRoleBinding", name, False, **given)

    def _volumes(self) -> None:
        for claim, size in (("anaconda-storage", "100Gi"), ("anaconda-persistence", "1Ti")):
            name = f"{self.stage.namespace}-{claim}"
            behind, spec = volume(claim, self.stage.namespace, size, name)
            self.objects[f"volume {claim}"] = self.stage.make("v1", "PersistentVolume", name, False, spec=behind)
            self.objects[f"claim {claim}"] = self.stage.make("v1", "PersistentVolumeClaim", claim, spec=spec)
        for claim in ("anaconda-storage", "anaconda-persistence"):
            get = ("v1", "PersistentVolumeClaim", claim, self.stage.namespace)
            eventually(
                "it is bound", lambda get=get: (self.stage.kube.objects.get(*get) or {})["status"]["phase"] == "Bound"
            )

    def _ingress(self) -> None:
        spec = {"controller": "k8s.io/ingress-nginx"}
        stage = self.stage
        self.objects["class"] = stage.make("networking.k8s.io/v1", "IngressClass", self.class_name, False, spec=spec)
        labels = {"app.kubernetes.io/name": "ingress-nginx"}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
        counts = {"desiredNumberScheduled": 1, "currentNumberScheduled": 1, "numberMisscheduled": 0, "numberReady": 1}
        self.objects["controller"] = stage.make_in(
            self.other,
            "apps/v1",
            "DaemonSet",
            "ingress-nginx",
            metadata={"labels": labels},
            spec={"selector": {"matchLabels": labels}, "template": template},
            status={**counts, "numberAvailable": 1},
        )
        self.objects["balancer"] = stage.make_in(
            self.other,
            "v1",
            "Service",
            "ingress-nginx",
            spec={"type": "LoadBalancer", "ports": [{"port": 443}]},
            status={"loadBalancer": {"ingress": [{"ip": ADDRESS}]}},
        )

    def remove(self) -> None:
        """All of them, and wait for what the next module's site would see in other namespaces than its own."""
        for made in reversed(self.objects.values()):
            self.stage.remove(made)
        self.addons.remove(AUTOSCALER)
        self.stage.kube.objects.delete("v1", "Namespace", self.other)
        for seen in ("controller", "balancer", "first"):
            if made := self.objects.get(seen):
                eventually(f"the {seen} is gone", lambda made=made: self.stage.find(made) is None)
