"""The look before a volume is made or changed, on a real API server with the real binder of claims."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from local.kube import manifests
from project_workspace.kube.cluster import Cluster, Document, Ref
from project_workspace.remote.errors import UnreachableError
from project_workspace.remote.provider import Props, ProviderError
from project_workspace.volumes import check
from project_workspace.volumes.check import VolumeCheckProvider
from tests.support.claims import bound, claim, free_volume, is_bound
from tests.support.real_cluster import Kube, outs

MARK = {"pulumiProject": "project-workspace", "pulumiStack": "demo-dev"}
DATA = {"name": "data", "size": "10Gi", "accessModes": ["ReadWriteOnce"]}


@pytest.fixture
def provider(kube: Kube) -> VolumeCheckProvider:
    manifests.make_missing(kube.objects, manifests.documents("storage-classes.yaml"), "test")
    made = VolumeCheckProvider()
    made.configure(ConfigureRequest(Config({"kubernetes:kubeconfig": kube.kubeconfig.read_text()}, "workspace")))
    return made


def wanted(namespace: str, *volumes: Props, **more: Any) -> Props:
    return {"namespace": namespace, "volumes": list(volumes), "adopt": False, **MARK, **more}


def said(provider: VolumeCheckProvider, olds: Props, news: Props) -> dict[str, str]:
    return {failure.property: failure.reason for failure in provider.check(olds, news).failures or []}


def test_a_class_that_the_cluster_has_or_its_default_is_right_and_another_is_refused_with_those_there_are(
    kube: Kube, provider: VolumeCheckProvider
) -> None:
    name = kube.new_namespace()
    assert said(provider, {}, wanted(name, DATA, {**DATA, "name": "other", "storageClass": "efs"})) == {}
    strange = wanted(name, DATA, {**DATA, "name": "other", "storageClass": "fast"})
    sentence = "Expected a StorageClass of the cluster, not 'fast'; it has: efs, gp2, gp3."
    assert said(provider, {}, strange) == {"volumes[1].storageClass": sentence}
    with pytest.raises(ProviderError) as refused:
        provider.create(strange)
    assert str(refused.value) == (
        f"volumes[1].storageClass: {sentence[:-1]} (nothing was made or changed). Change the stack's file, then run "
        "the same command again."
    )


def test_while_no_volume_is_new_or_larger_nobody_is_asked(
    kube: Kube, provider: VolumeCheckProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Props] = []

    def connect(_: Any, props: Props) -> Cluster:
        asked.append(props)
        return kube.connect()

    monkeypatch.setattr(check, "connect", connect)
    name = kube.new_namespace()
    there = wanted(name, DATA, {**DATA, "name": "other"})
    assert said(provider, there, there) == {}
    assert said(provider, there, wanted(name, DATA)) == {}
    assert said(provider, there, wanted(name, {**DATA, "size": "5Gi"})) != {}, "no cluster is needed for that"
    assert asked == []
    assert said(provider, there, wanted(name, {**DATA, "size": "20Gi"}, {**DATA, "name": "third"})) == {}
    assert len(asked) == 1


def test_a_cluster_that_cannot_be_asked_fails_the_run_and_not_the_preview(
    provider: VolumeCheckProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: Any) -> Cluster:
        raise UnreachableError("Gone", where="https://example.com", remedy="Try again.")

    monkeypatch.setattr(check, "connect", connect)
    there = wanted("demo", DATA)
    shrunk = wanted("demo", {**DATA, "size": "5Gi"}, {**DATA, "name": "other"})
    assert said(provider, {}, there) == {}
    assert list(said(provider, there, shrunk)) == ["volumes[0].size"], "what can be told without it is told"
    with pytest.raises(ProviderError, match="Gone"):
        provider.create(there)


def test_the_storage_classes_are_listed_once_for_all_volumes(
    kube: Kube, provider: VolumeCheckProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[str] = []
    every = Cluster.every

    def counted(cluster: Cluster, kind: Ref) -> Iterator[Document]:
        listed.append(kind.kind)
        return every(cluster, kind)

    monkeypatch.setattr(Cluster, "every", counted)
    name = kube.new_namespace()
    bound(kube, name, "grown", storage_class="gp2")
    grown, new = {**DATA, "name": "grown"}, {**DATA, "name": "other", "storageClass": "fast"}
    found = said(provider, wanted(name, grown), wanted(name, {**grown, "size": "20Gi"}, DATA, new))
    assert list(found) == ["volumes[0].size", "volumes[2].storageClass"]
    assert listed == ["StorageClass"]


def test_without_a_default_class_one_must_be_said(kube: Kube, provider: VolumeCheckProvider) -> None:
    default = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "gp3"}}
    mark = "storageclass.kubernetes.io/is-default-class"
    try:
        kube.objects.merge(default, {"metadata": {"annotations": {mark: "false"}}})
        assert said(provider, {}, wanted(kube.new_namespace(), DATA)) == {
            "volumes[0].storageClass": "Expected a StorageClass, because no class of the cluster is its default; it "
            "has: efs, gp2, gp3."
        }
    finally:
        kube.objects.merge(default, {"metadata": {"annotations": {mark: "true"}}})


def test_a_volume_that_is_there_must_be_free(kube: Kube, provider: VolumeCheckProvider) -> None:
    name = kube.new_namespace()
    free, taken = free_volume(kube, "10Gi"), free_volume(kube, "10Gi")
    bound(kube, name, "somebody", volume=taken)
    assert said(provider, {}, wanted(name, {**DATA, "volume": free})) == {}
    assert said(
        provider,
        {},
        wanted(name, {**DATA, "volume": taken}, {**DATA, "name": "other", "volume": "pv-nowhere"}),
    ) == {
        "volumes[0].volume": "Expected a PersistentVolume that is free, for example 'pv-datasets'; "
        f"'{taken}' is bound.",
        "volumes[1].volume": "Expected a PersistentVolume that is free, for example 'pv-datasets'; the cluster has no "
        "'pv-nowhere'.",
    }


def test_a_claim_of_somebody_else_is_refused_until_it_may_be_adopted(kube: Kube, provider: VolumeCheckProvider) -> None:
    name = kube.new_namespace()
    claim(kube, name, "data")
    assert said(provider, {}, wanted(name, DATA)) == {
        "volumes[0].name": f"Expected a name that no claim in namespace {name} has, for example 'data2'; 'adopt: "
        "true' takes 'data' over."
    }
    assert said(provider, {}, wanted(name, DATA, adopt=True)) == {}
    other = {"name": "data", "size": "5Gi", "accessModes": ["ReadWriteMany"], "storageClass": "gp3"}
    assert said(provider, {}, wanted(name, other, adopt=True)) == {
        "volumes[0].size": "Expected at least the size that the volume 'data' has, for example '10Gi': a volume never "
        "shrinks.",
        "volumes[0].accessModes": "Expected the access modes that the volume 'data' has (ReadWriteOnce), which never "
        "changes. Add a volume of another name, for example 'data2', and copy what is needed.",
    }
    claim(
        kube,
        name,
        "ours",
        annotations=dict(
            zip(("project-workspace/pulumi-project", "project-workspace/pulumi-stack"), MARK.values(), strict=True)
        ),
    )
    assert said(provider, {}, wanted(name, {**DATA, "name": "ours"})) == {}, "left by a run that was killed"


def test_a_shared_volume_of_somebody_else_is_taken_over_where_it_is_what_would_be_made(
    kube: Kube, provider: VolumeCheckProvider
) -> None:
    name = kube.new_namespace()
    volume = f"pv-of-{name}"
    nfs = {"server": "nfs.example.com", "path": "/data"}
    spec = {
        "accessModes": ["ReadWriteMany"],
        "capacity": {"storage": "10Gi"},
        "storageClassName": "by-hand",
        "persistentVolumeReclaimPolicy": "Retain",
        "nfs": nfs,
    }
    body = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": volume}, "spec": spec}
    kube.objects.create(body, "test")
    claim(kube, name, "data", storage_class="by-hand", volume=volume, modes=["ReadWriteMany"])
    is_bound(kube.objects, name, "data")
    there = {**DATA, "accessModes": ["ReadWriteMany"], "shared": {"nfs": nfs}, "volume": volume}
    fits = {**there, "storageClass": "by-hand"}
    assert list(said(provider, {}, wanted(name, fits))) == ["volumes[0].name"]
    assert said(provider, {}, wanted(name, fits, adopt=True)) == {}
    assert said(provider, {}, wanted(name, {**fits, "size": "20Gi"}, adopt=True)) == {
        "volumes[0].size": "Expected the size that the volume 'data' has, for example '10Gi': it is shared, and as "
        "large as its file system."
    }
    elsewhere = {**fits, "shared": {"nfs": {**nfs, "path": "/other"}}}
    assert said(provider, {}, wanted(name, elsewhere, adopt=True)) == {
        "volumes[0]": f"Expected the file system that the PersistentVolume '{volume}' leads to, which never changes, "
        "or another PersistentVolume, for example 'volume: pv-datasets'."
    }
    assert said(provider, {}, wanted(name, there, adopt=True)).keys() == {"volumes[0].storageClass"}
    of_another_name = {key: value for key, value in fits.items() if key != "volume"}
    assert said(provider, {}, wanted(name, of_another_name, adopt=True)) == {
        "volumes[0].volume": f"Expected the PersistentVolume that the volume 'data' has ({volume}), which never "
        "changes. Add a volume of another name, for example 'data2', and copy what is needed."
    }


def test_a_volume_grows_where_its_class_lets_it_once_it_is_bound(kube: Kube, provider: VolumeCheckProvider) -> None:
    name = kube.new_namespace()
    olds = wanted(name, *({**DATA, "name": each} for each in ("unbound", "static", "gp2", "gp3", "gone")))
    claim(kube, name, "unbound", storage_class="gp3")
    bound(kube, name, "static")
    bound(kube, name, "gp2", storage_class="gp2")
    bound(kube, name, "gp3", storage_class="gp3")
    news = wanted(name, *({**each, "size": "20Gi"} for each in olds["volumes"]))
    begin = "Expected the size that the volume '{}' has, for example '10Gi': "
    assert said(provider, olds, news) == {
        "volumes[0].size": begin.format("unbound")
        + "it can grow only once a pod has used it; until then remove it, run 'pulumi up', and add it again.",
        "volumes[1].size": begin.format("static")
        + "it was not made by a StorageClass, and only those that were can grow.",
        "volumes[2].size": begin.format("gp2") + "its StorageClass 'gp2' has not 'allowVolumeExpansion: true'.",
    }
    assert said(provider, olds, olds) == {}


def test_a_refresh_sees_the_size_that_somebody_has_given_a_claim_and_it_may_not_be_taken_back(
    kube: Kube, provider: VolumeCheckProvider
) -> None:
    name = kube.new_namespace()
    bound(kube, name, "data", storage_class="gp3")
    there = wanted(name, DATA)
    assert outs(provider.read(name, there))["volumes"] == [DATA]
    target = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": name}}
    kube.objects.merge(target, {"spec": {"resources": {"requests": {"storage": "20480Mi"}}}})
    seen = outs(provider.read(name, there))
    assert seen["volumes"] == [{**DATA, "size": "20Gi"}]
    assert list(said(provider, seen, there)) == ["volumes[0].size"]
