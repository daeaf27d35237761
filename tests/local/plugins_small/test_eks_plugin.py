"""The stand-in for pulumi-eks: the node group it makes under mocks, and everything it refuses."""

import asyncio
import subprocess
import sys
from collections.abc import Generator
from types import SimpleNamespace
from typing import Any

import grpc
import pulumi
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc
from pulumi.runtime.rpc import serialize_properties
from pulumi.runtime.stack import wait_for_rpcs

from local.plugins.eks.component import COMPONENT, EksProvider
from local.plugins.eks.references import AWS_VERSION
from local.plugins.eks.rules import KNOWN, NEEDS_TEMPLATE, check_inputs
from tests.support.mocks import set_mocks

ROLE = "arn:aws:iam::1:role/node"


class Recorder(pulumi.runtime.Mocks):
    """Remembers every resource that is registered."""

    def __init__(self) -> None:
        self.made: list[pulumi.runtime.MockResourceArgs] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.made.append(args)
        return f"{args.name}-id", dict(args.inputs)

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        raise AssertionError(f"The plugin calls no function, not {args.token}.")


@pytest.fixture(autouse=True)
def loop() -> Generator[asyncio.AbstractEventLoop]:
    """A loop for the outputs of one test, and a fresh one for whoever comes next."""
    own = asyncio.new_event_loop()
    asyncio.set_event_loop(own)
    yield own
    asyncio.set_event_loop(asyncio.new_event_loop())
    own.close()


@pytest.fixture
def recorder() -> Recorder:
    mocks = Recorder()
    set_mocks(mocks, preview=False)
    return mocks


def core(mode: str | None = "API", **more: Any) -> dict[str, Any]:
    """CoreDataArgs as they arrive: references are objects by then."""
    known = pulumi.Output.from_input
    access = known({"authenticationMode": mode} if mode else None)
    cluster = SimpleNamespace(name=known("demo"), version=known("1.33"), access_config=access)
    return {"cluster": cluster, "subnetIds": ["subnet-core"], "vpcId": "vpc-1", "instanceRoles": [], **more}


def given(**changes: Any) -> dict[str, Any]:
    inputs = {
        "cluster": core(),
        "nodeGroupName": "ng-an2-aicond-demo-ws-high",
        "nodeRoleArn": ROLE,
        "subnetIds": ["subnet-a", "subnet-c"],
        "instanceTypes": ["g5.xlarge"],
        "amiType": "AL2023_x86_64_NVIDIA",
        "capacityType": "ON_DEMAND",
        "labels": {"aic-role": "demo-ws-high"},
        "taints": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}],
        "launchTemplate": {"id": "lt-1", "version": "1"},
        "scalingConfig": {"desiredSize": 0, "minSize": 0, "maxSize": 3},
        "tags": {"owner": "demo"},
        **changes,
    }
    return {name: value for name, value in inputs.items() if value is not None}


def construct(inputs: dict[str, Any], kind: str = COMPONENT) -> dict[str, Any]:
    """What the SDK's server does with a `Construct`; answers the state as it goes to the engine."""

    async def run() -> Any:
        result = EksProvider().construct("high", kind, inputs, pulumi.ResourceOptions())
        state = await serialize_properties(result.state, {})
        await wait_for_rpcs(await_all_outstanding_tasks=False)
        return state

    return dict(asyncio.get_event_loop().run_until_complete(run()))


def node_group(recorder: Recorder) -> dict[str, Any]:
    (made,) = [made for made in recorder.made if made.typ == "aws:eks/nodeGroup:NodeGroup"]
    return dict(made.inputs)


def test_the_child_is_the_node_group_with_the_inputs_as_given(recorder: Recorder) -> None:
    state = construct(given())
    assert [(made.typ, made.name) for made in recorder.made] == [
        (COMPONENT, "high"),
        ("aws:eks/nodeGroup:NodeGroup", "high"),
    ]
    expected = {name: value for name, value in given().items() if name != "cluster"}
    assert node_group(recorder) == {**expected, "clusterName": "demo"}
    assert state["placementGroupName"] == ""
    reference = state["nodeGroup"]
    assert (reference["urn"].split("::", 2)[2], reference["id"]) == (
        f"{COMPONENT}$aws:eks/nodeGroup:NodeGroup::high",
        "high-id",
    )


def test_mocks_do_not_wait_for_what_the_test_before_left_unfinished() -> None:
    before, now = asyncio.new_event_loop(), asyncio.new_event_loop()
    asyncio.set_event_loop(before)
    pulumi.runtime.settings.ROOT.set(None)
    pulumi.runtime.set_mocks(Recorder(), preview=False)  # its root stack is never made: this loop never runs
    asyncio.set_event_loop(now)
    recorder = Recorder()
    set_mocks(recorder, preview=False)
    construct(given())
    assert node_group(recorder)["clusterName"] == "demo"
    unfinished = asyncio.all_tasks(before)
    for task in unfinished:
        task.cancel()
    before.run_until_complete(asyncio.wait(unfinished))
    for each in (before, now):
        each.close()


def test_what_is_not_given_gets_the_defaults_of_the_real_plugin(recorder: Recorder) -> None:
    construct({"cluster": core(), "nodeRole": SimpleNamespace(arn=pulumi.Output.from_input(ROLE))})
    assert node_group(recorder) == {
        "clusterName": "demo",
        "nodeRoleArn": ROLE,
        "scalingConfig": {"desiredSize": 2, "minSize": 1, "maxSize": 2},
        "subnetIds": ["subnet-core"],
        "version": "1.33",
    }


def test_a_cluster_name_of_its_own_and_private_subnets_are_taken(recorder: Recorder) -> None:
    cluster = core(subnetIds=None, privateSubnetIds=["subnet-p"])
    construct(given(cluster=cluster, clusterName="other", subnetIds=None))
    made = node_group(recorder)
    assert (made["clusterName"], made["subnetIds"]) == ("other", ["subnet-p"])


def test_core_data_that_depend_on_something_are_taken_too(recorder: Recorder) -> None:
    construct(given(cluster=pulumi.Output.from_input(core())))
    assert node_group(recorder)["clusterName"] == "demo"


@pytest.mark.parametrize("mode", ["API", "API_AND_CONFIG_MAP"])
def test_a_cluster_with_access_entries_takes_any_role(recorder: Recorder, mode: str) -> None:
    construct(given(cluster=core(mode)))
    assert node_group(recorder)["nodeRoleArn"] == ROLE


@pytest.mark.parametrize("mode", ["CONFIG_MAP", None])
def test_a_cluster_without_access_entries_takes_only_the_roles_it_names(recorder: Recorder, mode: str | None) -> None:
    role = SimpleNamespace(arn=pulumi.Output.from_input(ROLE))
    construct(given(cluster=core(mode, instanceRoles=[role])))
    assert node_group(recorder)["nodeRoleArn"] == ROLE


@pytest.mark.parametrize("mode", ["CONFIG_MAP", None])
def test_a_role_that_such_a_cluster_does_not_name_is_refused(recorder: Recorder, mode: str | None) -> None:
    with pytest.raises(pulumi.InputPropertyError) as error:
        construct(given(cluster=core(mode)))
    assert error.value.property_path == "nodeRole"
    assert "without first setting its role in the cluster's instanceRoles" in error.value.reason
    assert {made.typ for made in recorder.made} <= {COMPONENT}


def problems(inputs: dict[str, Any]) -> list[tuple[str, str]]:
    try:
        check_inputs(inputs)
    except pulumi.InputPropertiesError as error:
        return [(found["property_path"], found["reason"]) for found in error.errors or []]
    return []


def not_implemented(name: str) -> tuple[str, str]:
    return name, f"The stand-in for pulumi-eks does not implement '{name}'."


def test_right_inputs_have_no_problem() -> None:
    assert problems(given(ignoreScalingChanges=True, gpu=True, operatingSystem="AL2023", diskSize=50)) == []


def test_all_problems_are_reported_at_once() -> None:
    both = given(nodeRole=object(), amiId="ami-1", gpu=True, surprise=1, launchTemplate=None)
    assert problems(both) == [
        ("nodeRole", "You cannot specify both nodeRole and nodeRoleArn when creating a managed node group."),
        ("amiId", "You cannot specify both amiId and gpu when creating a managed node group."),
        ("amiId", "You cannot specify both amiId and amiType when creating a managed node group."),
        not_implemented("surprise"),
        not_implemented("amiId"),
    ]


def test_a_role_is_needed() -> None:
    reason = "An IAM role, or role ARN must be provided to create a managed node group"
    assert problems(given(nodeRoleArn=None)) == [("nodeRole", reason)]


@pytest.mark.parametrize("name", NEEDS_TEMPLATE)
def test_what_belongs_into_a_launch_template_is_refused_with_and_without_one(name: str) -> None:
    with_one = problems(given(amiType=None, **{name: "x"}))
    assert [path for path, _ in with_one] == ["launchTemplate"]
    assert name in with_one[0][1]
    assert problems(given(amiType=None, launchTemplate=None, **{name: "x"})) == [not_implemented(name)]


@pytest.mark.parametrize(
    ("inputs", "name"),
    [
        ({"operatingSystem": "AL2023", "amiType": None}, "operatingSystem"),
        ({"placementGroupAvailabilityZone": "a"}, "placementGroupAvailabilityZone"),
    ],
)
def test_what_the_stand_in_does_not_make_is_refused_by_name(inputs: dict[str, Any], name: str) -> None:
    assert problems(given(**inputs)) == [not_implemented(name)]


@pytest.mark.parametrize("name", ["eksNodeAccess", "awsProvider"])
def test_core_data_that_the_stand_in_does_not_heed_are_refused_by_name(name: str) -> None:
    assert problems(given(cluster=core(**{name: "x"}))) == [not_implemented(f"cluster.{name}")]


def test_a_cluster_that_is_none_of_core_data_is_refused() -> None:
    reason = "The stand-in for pulumi-eks implements CoreDataArgs only, not an eks.Cluster."
    assert problems(given(cluster="urn:...::eks:index:Cluster::c")) == [("cluster", reason)]
    assert problems(given(cluster=None)) == [("cluster", "Missing required argument 'cluster'.")]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_eks")
def test_every_input_of_the_sdk_is_known() -> None:
    from pulumi_eks import ManagedNodeGroupArgs

    wired = {
        prop.fget.__dict__.get("_pulumi_name", name) if prop.fget else name
        for name, prop in vars(ManagedNodeGroupArgs).items()
        if isinstance(prop, property)
    }
    assert wired == KNOWN


def test_another_component_is_refused(recorder: Recorder) -> None:
    with pytest.raises(pulumi.InputPropertyError) as error:
        construct({}, "eks:index:Cluster")
    assert error.value.reason == "The stand-in for pulumi-eks does not implement 'eks:index:Cluster'."


def test_the_plugin_starts_and_tells_the_version_of_the_sdk() -> None:
    argv = [sys.executable, "-m", "local.plugins.eks", "127.0.0.1:1"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as plugin:
        try:
            assert plugin.stdout is not None
            with grpc.insecure_channel(f"127.0.0.1:{plugin.stdout.readline().strip()}") as channel:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                assert stub.GetPluginInfo(empty_pb2.Empty(), timeout=30).version == EksProvider().version
        finally:
            plugin.terminate()


def test_the_node_group_is_made_by_the_aws_provider_of_the_program() -> None:
    from pulumi_aws import _utilities

    assert _utilities.get_version() == AWS_VERSION
