"""Stand-ins for IAM: `Role`, `RolePolicy`, `Policy`, `RolePolicyAttachment`, and the data sources `getRole` and
`getPolicy`.

The exclusive arguments of a role (`inlinePolicies`, `managedPolicyArns`) are deprecated and not implemented.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar
from urllib.parse import unquote

from local.plugins.aws.connection import Aws, doing
from local.plugins.aws.ec2_queries import checked
from local.plugins.aws.handler import AwsHandler, tag_list, tag_map, unique_name
from local.plugins.aws.schema import TAGS, Arg, Arguments
from local.plugins.provider import Failure, PluginError, Values

GONE = ("NoSuchEntity",)


def one_name(news: Values) -> list[Failure]:
    """`name` and `namePrefix` exclude each other."""
    if news.get("name") is not None and news.get("namePrefix") is not None:
        return [Failure("namePrefix", "Conflicting arguments: 'name' and 'namePrefix'.")]
    return []


def document(found: Any) -> str:
    """A policy document of an answer as text; botocore has parsed it already, other clients get it URL-encoded."""
    return unquote(found) if isinstance(found, str) else json.dumps(found)


def time_of(moment: Any) -> str:
    """A time of an answer in Terraform's writing."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Role(AwsHandler):
    what = "IAM Role"
    arguments: ClassVar[Arguments] = {
        "assumeRolePolicy": Arg(str, required=True, is_json=True),
        "description": Arg(str),
        "forceDetachPolicies": Arg(bool, default=False),
        "maxSessionDuration": Arg(int, default=3600),
        "name": Arg(str, replaces=True, computed=True),
        "namePrefix": Arg(str, replaces=True, computed=True),
        "path": Arg(str, replaces=True, default="/"),
        "permissionsBoundary": Arg(str),
        "tags": TAGS,
    }
    outputs = frozenset({"arn", "createDate", "uniqueId"})
    name_argument = "name"
    prefix_argument = "namePrefix"
    name_limit = 64

    def conflicts(self, news: Values) -> list[Failure]:
        name = news.get("name")
        if isinstance(name, str) and len(name) > self.name_limit:
            return [Failure("name", f"Expected a role name of at most {self.name_limit} characters, got '{name}'.")]
        return one_name(news)

    def make(self, news: Values, region: str) -> str:
        name = news.get("name") or unique_name(news["namePrefix"])
        options = {k: v for k, v in (
            ("Description", news.get("description")),
            ("PermissionsBoundary", news.get("permissionsBoundary")),
            ("Tags", tag_list(news["tagsAll"])),
        ) if v}  # fmt: skip
        self.aws.ask(
            "iam", "create_role", region=region, RoleName=name, AssumeRolePolicyDocument=news["assumeRolePolicy"],
            Path=news["path"], MaxSessionDuration=news["maxSessionDuration"], **options,
        )  # fmt: skip
        return name

    def find(self, id: str, region: str) -> Values | None:
        found = self.aws.call("iam", "get_role", missing=GONE, RoleName=id)
        if found is None:
            return None
        role = found["Role"]
        return {
            "arn": role["Arn"],
            "assumeRolePolicy": document(role["AssumeRolePolicyDocument"]),
            "createDate": time_of(role["CreateDate"]),
            "description": role.get("Description") or "",
            "maxSessionDuration": role.get("MaxSessionDuration", 3600),
            "name": role["RoleName"],
            "path": role["Path"],
            "permissionsBoundary": (role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn"),
            "tagsAll": tag_map(role.get("Tags")),
            "uniqueId": role["RoleId"],
        }

    def change(self, id: str, olds: Values, news: Values, region: str) -> None:
        trust = news["assumeRolePolicy"]
        if not self._same("assumeRolePolicy", olds.get("assumeRolePolicy"), trust):
            self.aws.ask("iam", "update_assume_role_policy", RoleName=id, PolicyDocument=trust)
        details = {
            "Description": news.get("description") or "",
            "MaxSessionDuration": news["maxSessionDuration"],
        }
        if details != {
            "Description": olds.get("description") or "",
            "MaxSessionDuration": olds["maxSessionDuration"],
        }:
            self.aws.ask("iam", "update_role", RoleName=id, **details)
        boundary = news.get("permissionsBoundary")
        if boundary != olds.get("permissionsBoundary"):
            if boundary:
                self.aws.ask("iam", "put_role_permissions_boundary", RoleName=id, PermissionsBoundary=boundary)
            else:
                self.aws.ask("iam", "delete_role_permissions_boundary", RoleName=id)

    def retag(self, id: str, state: Values, remove: list[str], add: dict[str, str], region: str) -> None:
        if remove:
            self.aws.ask("iam", "untag_role", RoleName=id, TagKeys=remove)
        if add:
            self.aws.ask("iam", "tag_role", RoleName=id, Tags=tag_list(add))

    def remove(self, id: str, state: Values, region: str) -> None:
        if self.aws.call("iam", "get_role", missing=GONE, RoleName=id) is None:
            return
        if state.get("forceDetachPolicies"):
            for policy in self.aws.pages("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=id):
                self.aws.call("iam", "detach_role_policy", missing=GONE, RoleName=id, PolicyArn=policy["PolicyArn"])
            for name in self.aws.pages("iam", "list_role_policies", "PolicyNames", RoleName=id):
                self.aws.call("iam", "delete_role_policy", missing=GONE, RoleName=id, PolicyName=name)
        self.aws.call("iam", "delete_role", missing=GONE, RoleName=id)


class Policy(AwsHandler):
    what = "IAM Policy"
    arguments: ClassVar[Arguments] = {
        "description": Arg(str, replaces=True),
        "name": Arg(str, replaces=True, computed=True),
        "namePrefix": Arg(str, replaces=True, computed=True),
        "path": Arg(str, replaces=True, default="/"),
        "policy": Arg(str, required=True, is_json=True),
        "tags": TAGS,
    }
    outputs = frozenset({"arn", "attachmentCount", "policyId"})
    name_argument = "name"
    prefix_argument = "namePrefix"
    name_limit = 128

    def conflicts(self, news: Values) -> list[Failure]:
        return one_name(news)

    def make(self, news: Values, region: str) -> str:
        options: dict[str, Any] = {"Description": news["description"]} if news.get("description") else {}
        if news["tagsAll"]:
            options["Tags"] = tag_list(news["tagsAll"])
        name = news.get("name") or unique_name(news["namePrefix"])
        made = self.aws.ask(
            "iam",
            "create_policy",
            PolicyName=name,
            Path=news["path"],
            PolicyDocument=news["policy"],
            **options,
        )
        return made["Policy"]["Arn"]

    def find(self, id: str, region: str) -> Values | None:
        found = self.aws.call("iam", "get_policy", missing=GONE, PolicyArn=id)
        if found is None:
            return None
        policy = found["Policy"]
        version = self.aws.ask("iam", "get_policy_version", PolicyArn=id, VersionId=policy["DefaultVersionId"])
        return {
            "arn": policy["Arn"],
            "attachmentCount": policy["AttachmentCount"],
            "description": policy.get("Description") or "",
            "name": policy["PolicyName"],
            "path": policy["Path"],
            "policy": document(version["PolicyVersion"]["Document"]),
            "policyId": policy["PolicyId"],
            "tagsAll": tag_map(policy.get("Tags")),
        }

    def change(self, id: str, olds: Values, news: Values, region: str) -> None:
        """A new default version; the oldest other one makes room when there are five (`policyPruneVersions`)."""
        if self._same("policy", olds.get("policy"), news["policy"]):
            return
        others = self._other_versions(id)
        if len(others) >= 4:
            self.aws.ask("iam", "delete_policy_version", PolicyArn=id, VersionId=others[0])
        self.aws.ask("iam", "create_policy_version", PolicyArn=id, PolicyDocument=news["policy"], SetAsDefault=True)

    def retag(self, id: str, state: Values, remove: list[str], add: dict[str, str], region: str) -> None:
        if remove:
            self.aws.ask("iam", "untag_policy", PolicyArn=id, TagKeys=remove)
        if add:
            self.aws.ask("iam", "tag_policy", PolicyArn=id, Tags=tag_list(add))

    def remove(self, id: str, state: Values, region: str) -> None:
        if self.aws.call("iam", "get_policy", missing=GONE, PolicyArn=id) is None:
            return
        for version in self._other_versions(id):
            self.aws.call("iam", "delete_policy_version", missing=GONE, PolicyArn=id, VersionId=version)
        self.aws.call("iam", "delete_policy", missing=GONE, PolicyArn=id)

    def _other_versions(self, id: str) -> list[str]:
        """The versions that are not the default one, oldest first."""
        versions = self.aws.pages("iam", "list_policy_versions", "Versions", PolicyArn=id)
        others = [v["VersionId"] for v in versions if not v["IsDefaultVersion"]]
        return sorted(others, key=lambda version: int(version.removeprefix("v")))


class RolePolicyAttachment(AwsHandler):
    what = "IAM Role Policy Attachment"
    arguments: ClassVar[Arguments] = {
        "policyArn": Arg(str, required=True, replaces=True),
        "role": Arg(str, required=True, replaces=True),
    }

    def make(self, news: Values, region: str) -> str:
        self.aws.ask("iam", "attach_role_policy", RoleName=news["role"], PolicyArn=news["policyArn"])
        return f"{news['role']}/{news['policyArn']}"

    def find(self, id: str, region: str) -> Values | None:
        role, _, arn = id.partition("/")
        if self.aws.call("iam", "get_role", missing=GONE, RoleName=role) is None:
            return None
        attached = self.aws.pages("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=role)
        return {"role": role, "policyArn": arn} if arn in [p["PolicyArn"] for p in attached] else None

    def remove(self, id: str, state: Values, region: str) -> None:
        role, _, arn = id.partition("/")
        self.aws.call("iam", "detach_role_policy", missing=GONE, RoleName=role, PolicyArn=arn)


class RolePolicy(AwsHandler):
    """An inline policy: written over whatever has its name in the role."""

    what = "IAM Role Policy"
    arguments: ClassVar[Arguments] = {
        "name": Arg(str, replaces=True, computed=True),
        "namePrefix": Arg(str, replaces=True, computed=True),
        "policy": Arg(str, required=True, is_json=True),
        "role": Arg(str, required=True, replaces=True),
    }
    name_argument = "name"
    prefix_argument = "namePrefix"
    name_limit = 128

    def conflicts(self, news: Values) -> list[Failure]:
        return one_name(news)

    def make(self, news: Values, region: str) -> str:
        id = f"{news['role']}:{news.get('name') or unique_name(news['namePrefix'])}"
        self.change(id, {}, news, region)
        return id

    def find(self, id: str, region: str) -> Values | None:
        role, _, name = id.partition(":")
        found = self.aws.call("iam", "get_role_policy", missing=GONE, RoleName=role, PolicyName=name)
        return found and {"role": role, "name": name, "policy": document(found["PolicyDocument"])}

    def change(self, id: str, olds: Values, news: Values, region: str) -> None:
        role, _, name = id.partition(":")
        self.aws.ask("iam", "put_role_policy", RoleName=role, PolicyName=name, PolicyDocument=news["policy"])

    def remove(self, id: str, state: Values, region: str) -> None:
        role, _, name = id.partition(":")
        self.aws.call("iam", "delete_role_policy", missing=GONE, RoleName=role, PolicyName=name)


def get_role(aws: Aws, args: Values) -> Values:
    """One role by name."""
    checked("getRole", {"name": Arg(str, required=True), "tags": TAGS}, args)
    with doing(f"reading IAM Role ({args['name']})"):
        found = Role(aws).find(args["name"], aws.region)
    if found is None:
        raise PluginError(f"reading IAM Role ({args['name']}): couldn't find resource")
    return {
        **{k: v for k, v in found.items() if k != "tagsAll"},
        "id": found["name"],
        "tags": found["tagsAll"],
    }


def get_policy(aws: Aws, args: Values) -> Values:
    """One managed policy with its document, by ARN or by name."""
    checked("getPolicy", {"arn": Arg(str), "name": Arg(str), "pathPrefix": Arg(str), "tags": TAGS}, args)
    given, arn = args.get("arn") or args.get("name"), args.get("arn")
    if not given or (args.get("arn") and args.get("name")):
        raise PluginError("getPolicy: expected one of 'arn' and 'name', for example 'arn:aws:iam::aws:policy/X'.")
    with doing(f"reading IAM Policy ({given})"):
        if arn is None:
            listed = aws.pages("iam", "list_policies", "Policies", PathPrefix=args.get("pathPrefix") or "/")
            arn = next((p["Arn"] for p in listed if p["PolicyName"] == given), None)
        found = None if arn is None else Policy(aws).find(arn, aws.region)
    if found is None:
        raise PluginError(f"reading IAM Policy ({given}): couldn't find resource")
    return {
        **{k: v for k, v in found.items() if k != "tagsAll"},
        "id": found["arn"],
        "tags": found["tagsAll"],
    }
