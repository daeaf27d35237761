"""The same sixteen workspaces by the runbook's own commands, side by side: what they lose. `make bench-runbook`.

The commands are those of section 2-1 (docs/facts/runbook.md), letter for letter: kubectl, yq v4 and bash. Not used is
the `aws` command, whose package brings more than all of ours: the same API calls in the same order are made with
botocore, and the JSON that `jq` takes out of their answers is written to the same file. Every session follows the
runbook to its end, with its note on the five versions of a policy; nobody pauses to think, so the sixteen meet more
often than sixteen people would.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore.session

from bench.foreign import ForeignWriter
from bench.platforms import bench, say
from bench.stacks import SIXTEEN
from local import inventory, toolchain
from local.aws.seed import REGION
from local.dex.pod import starts
from local.kube.seed import DEX_CONFIG_KEY
from local.platform import Platform
from project_workspace.dex import config_file as dex_config
from project_workspace.remote.errors import RefusedError

NAMESPACE_AND_USER = (
    """cat <<EOT > create-profile-namespace.yaml
apiVersion: kubeflow.org/v1beta1
kind: Profile
metadata:
  name: ${PROJECT_KUBEFLOW_NAMESPACE_NAME}
spec:
  owner:
    kind: User
    name: ${PROJECT_KUBEFLOW_USER_NAME}@aic.com
EOT""",
    "kubectl apply -f create-profile-namespace.yaml",
    "kubectl get configmap dex -n auth -o jsonpath='{.data.config\\.yaml}' > dex-config.yaml",
    """yq e -i '.staticPasswords += {"email" : env(PROJECT_KUBEFLOW_USER_NAME)+"@aic.com"}' dex-config.yaml""",
    """yq e -i '.staticPasswords[-1] += {"hash" : env(PROJECT_KUBEFLOW_USER_PASSWD)}' dex-config.yaml""",
    """yq e -i '.staticPasswords[-1] += {"username" : env(PROJECT_KUBEFLOW_USER_NAME)}' dex-config.yaml""",
    """yq e -i '.staticPasswords[-1] += {"userID" : "\\"" + env(PROJECT_KUBEFLOW_USER_UNIQUE_ID) + "\\""}' """
    "dex-config.yaml",
    "kubectl create configmap dex --from-file=config.yaml=dex-config.yaml -n auth --dry-run=client -oyaml "
    "| kubectl apply -f -",
    "kubectl rollout restart deployment dex -n auth",
)
"""Section 2-1, "Create Namespace and Profile" and "Create Kubeflow User Account"; the page lost the indentation."""

POLICY = (
    """yq e -i '.Statement[0].Resource += "arn:aws:s3:::"+env(PROJECT_S3_BUCKET_NAME)' ${POLICY_UPDATE_NAME}.yaml""",
    """yq e -i '.Statement[0].Resource += "arn:aws:s3:::"+env(PROJECT_S3_BUCKET_NAME)+"/*"' """
    "${POLICY_UPDATE_NAME}.yaml",
)
"""Section 2-1, "Update Service Account Addition"."""

POLICIES = ("policy-s3-kubeflow-an2-meerkat-dev", "policy-s3-aia-an2-meerkat-dev")
ACCOUNT = "123456789012"
FIXED_HASH = "$2a$12$A6GAI7xf1CjfPCF3MnycvuDcXUdP4O.Ruo7PvQUFUkmKGSYcCiieS"
VERSION_TRIES = 20
"""How often a session deletes the oldest version and tries again before the person gives up."""


@dataclass
class Session:
    """One person at one terminal."""

    project: str
    folder: Path
    environment: Mapping[str, str]
    iam: Any
    s3: Any
    failed: list[str] = field(default_factory=list)
    """Commands that ended with an error."""

    @property
    def bucket(self) -> str:
        return f"s3-an2-meerkat-dev-{self.project}"

    def work(self) -> None:
        """Section 2-1 in its order, without the node group, which is nobody else's."""
        self.folder.mkdir(parents=True)
        for command in NAMESPACE_AND_USER:
            self._bash(command)
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        for policy in POLICIES:
            self._update(policy)

    def _update(self, policy: str) -> None:
        arn, file = f"arn:aws:iam::{ACCOUNT}:policy/{policy}", self.folder / f"{policy}.yaml"
        version = self.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        found = self.iam.get_policy_version(PolicyArn=arn, VersionId=version)
        file.write_text(json.dumps(found["PolicyVersion"]["Document"], indent=2))
        for command in POLICY:
            self._bash(command, POLICY_UPDATE_NAME=policy)
        for _ in range(VERSION_TRIES):
            try:
                self.iam.create_policy_version(PolicyArn=arn, SetAsDefault=True, PolicyDocument=file.read_text())
                return
            except self.iam.exceptions.LimitExceededException:
                self.failed.append(f"aws iam create-policy-version --policy-arn {arn}")
            self._delete_oldest(arn)
        self.failed.append(f"given up: {policy}")

    def _delete_oldest(self, arn: str) -> None:
        """The runbook's note on an error: "the oldest Policy Version must be deleted"."""
        versions = self.iam.list_policy_versions(PolicyArn=arn)["Versions"]
        others = [int(each["VersionId"][1:]) for each in versions if not each["IsDefaultVersion"]]
        try:
            self.iam.delete_policy_version(PolicyArn=arn, VersionId=f"v{min(others)}")
        except (self.iam.exceptions.NoSuchEntityException, self.iam.exceptions.DeleteConflictException):
            self.failed.append(f"aws iam delete-policy-version --policy-arn {arn}")

    def _bash(self, command: str, **more: str) -> None:
        workspace = f"{self.project}-ws"
        exports = {
            "PROJECT_KUBEFLOW_NAMESPACE_NAME": f"aic-ns-{workspace}",
            "PROJECT_KUBEFLOW_USER_NAME": f"aic-user-{workspace}",
            "PROJECT_KUBEFLOW_USER_PASSWD": FIXED_HASH,
            "PROJECT_KUBEFLOW_USER_UNIQUE_ID": "20261123000000",
            "PROJECT_S3_BUCKET_NAME": self.bucket,
        }
        environment = {**self.environment, **exports, **more}
        ended = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode != 0:
            self.failed.append(command)
            say(f"  {self.project}: {ended.stderr.strip()[:200]}")


def main() -> int:
    tools = toolchain.ensure(("yq", "kubectl"))
    with bench() as running:
        platform = running.platform
        environment = platform.complete_environment()
        path = ":".join([*(str(tool.parent) for tool in tools.values()), environment["PATH"]])
        iam, s3 = _client(platform, "iam"), _client(platform, "s3")
        folder = platform.folder / "sessions"
        given = {**environment, "PATH": path}
        sessions = [Session(project, folder / project, given, iam, s3) for project in SIXTEEN]
        before, started = inventory.take(platform), len(starts(platform.data / "dex"))
        with ForeignWriter(platform.kubeconfig) as foreign:
            _side_by_side(sessions)
            after = inventory.take(platform)
        _report(sessions, before, after)
        print(
            f"entries of the foreign writer: {len(foreign.lost)} lost, {len(foreign.altered)} rewritten, "
            f"in {foreign.writes} writes"
        )
        ours = starts(platform.data / "dex")[started:]
        print(
            f"restarts of dex: {len(ours)} for {len(sessions)} edits; crashes: {sum(1 for s in ours if s['restart'])}"
        )
    return 0


def _side_by_side(sessions: list[Session]) -> None:
    barrier = threading.Barrier(len(sessions))

    def one(session: Session) -> None:
        barrier.wait()
        session.work()

    with ThreadPoolExecutor(len(sessions)) as pool:
        for ended in [pool.submit(one, session) for session in sessions]:
            ended.result()


def _client(platform: Platform, service: str) -> Any:
    session = botocore.session.Session()
    return session.create_client(
        service,
        region_name=REGION,
        endpoint_url=platform.url("aws"),
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - nothing checks it
    )


def _report(sessions: list[Session], before: inventory.Inventory, after: inventory.Inventory) -> None:
    was, text = (found["dex configuration"][DEX_CONFIG_KEY] for found in (before, after))
    there = sum(f"aic-user-{each.project}-ws@aic.com" in text for each in sessions)
    print(f"dex entries lost: {len(sessions) - there} of {len(sessions)}")
    try:
        dex_config.find_all(text, "")
    except RefusedError as error:
        print(f"dex's configuration cannot be read any more: {error.what}")
    comments = [line.partition("#")[2] for line in was.splitlines() if "#" in line]
    print(f"comments of others lost: {sum(comment not in text for comment in comments)} of {len(comments)}")
    gone = [line for line in was.splitlines() if line.strip() and line not in text.splitlines()]
    print(f"lines of others changed or lost: {len(gone)} of {len(was.splitlines())}")
    for policy in POLICIES:
        named = json.loads(after["policies"][policy])["Statement"][0]["Resource"]
        wanted = [arn for each in sessions for arn in (f"arn:aws:s3:::{each.bucket}", f"arn:aws:s3:::{each.bucket}/*")]
        print(f"entries lost from {policy}: {sum(arn not in named for arn in wanted)} of {len(wanted)}")
    failed = Counter(command.partition(" --")[0] for each in sessions for command in each.failed)
    print(f"commands that failed: {failed.total()}")
    for command, count in failed.most_common():
        print(f"  {count:>4} x {command}")


if __name__ == "__main__":
    sys.exit(main())
