"""Rules about policy documents: what is allowed to whom, and who may take on a role.

Owns: the reading of every property that holds a policy document, whatever resource has it. A statement that denies may
name everybody and everything: that is what it is for.
"""

from collections.abc import Iterator
from typing import Any

from pulumi_policy import EnforcementLevel, ResourceValidationArgs

from rules.reading import document, listed, resource_rule, statements

PROPERTIES = ("policy", "policyDocument", "assumeRolePolicy", "keyPolicy")
"""Where AWS resources have a document; a role's inline policies are looked at as well."""
TRUST = "assumeRolePolicy"
PODS = "pods.eks.amazonaws.com"
OF_A_POD = ("aws:RequestTag/kubernetes-namespace", "aws:RequestTag/kubernetes-service-account")
"""What EKS Pod Identity says of the pod for which it takes on a role."""
AWS_PLUGIN = "AwsIamForServiceAccount"


def no_wildcard_actions(args: ResourceValidationArgs) -> Iterator[str]:
    for where, found in _documents(args):
        for statement in statements(found, "Allow"):
            if statement.get("NotAction"):
                yield f"{where} allows everything but NotAction. Name the actions that are needed."
            for action in listed(statement.get("Action")):
                if str(action) == "*" or str(action).endswith(":*"):
                    yield f"{where} allows {action}. Name the actions that are needed."


def no_wildcard_principals(args: ResourceValidationArgs) -> Iterator[str]:
    for where, found in _documents(args):
        for statement in statements(found, "Allow"):
            if statement.get("NotPrincipal"):
                yield f"{where} allows everybody but NotPrincipal. Name who is meant."
            principal = statement.get("Principal")
            named = principal.values() if isinstance(principal, dict) else [principal]
            if any(each == "*" for value in named for each in listed(value)):
                yield f"{where} allows everybody. Name the role, account or service that is meant."


def trust_names_audience_and_subject(args: ResourceValidationArgs) -> Iterator[str]:
    if args.resource_type != "aws:iam/role:Role" or TRUST not in args.props:
        return
    for statement in statements(document(args.props[TRUST]), "Allow"):
        principal = statement.get("Principal")
        for issuer in listed(principal.get("Federated") if isinstance(principal, dict) else None):
            # arn:aws:iam::111122223333:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/EXAMPLE
            host = str(issuer).partition("oidc-provider/")[2]
            missing = [claim for claim in ("aud", "sub") if host and not _narrowed(statement, f"{host}:{claim}")]
            if missing:
                yield (
                    f"{TRUST} trusts every identity of {host}. Add a condition on "
                    f"{' and '.join(f'{host}:{claim}' for claim in missing)} that is not '*'."
                )


def trust_names_the_pods(args: ResourceValidationArgs) -> Iterator[str]:
    if args.resource_type != "aws:iam/role:Role" or TRUST not in args.props:
        return
    for statement in statements(document(args.props[TRUST]), "Allow"):
        principal = statement.get("Principal")
        services = listed(principal.get("Service") if isinstance(principal, dict) else None)
        missing = [tag for tag in OF_A_POD if PODS in services and not _narrowed(statement, tag)]
        if missing:
            yield (
                f"{TRUST} trusts every pod that any association of the account names. Add a condition on "
                f"{' and '.join(missing)} that is not '*'."
            )


def trust_has_one_writer(args: ResourceValidationArgs) -> Iterator[str]:
    if not args.resource_type.endswith(":Profile") or "spec" not in args.props:
        return
    for plugin in args.props["spec"].get("plugins") or []:
        spec = plugin.get("spec") or {}
        if plugin["kind"] == AWS_PLUGIN and not spec.get("annotateOnly"):
            yield (
                f"Kubeflow's {AWS_PLUGIN} replaces the trust policy of {spec.get('awsIamRole')} by one statement of "
                "its own. Set annotateOnly: true."
            )


def _narrowed(statement: dict[str, Any], key: str) -> bool:
    values = [
        str(value)
        for operator, wanted in statement.get("Condition", {}).items()
        if operator in ("StringEquals", "StringLike", "ForAnyValue:StringEquals", "ForAnyValue:StringLike")
        for name, given in wanted.items()
        if name == key
        for value in listed(given)
    ]
    return bool(values) and not any(set(value) <= {"*", "?", ":"} for value in values)


def _documents(args: ResourceValidationArgs) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where each document is, and the document."""
    if not args.resource_type.startswith("aws:"):
        return
    for name in [name for name in PROPERTIES if name in args.props]:
        yield name, document(args.props[name])
    if "inlinePolicies" in args.props:
        for index, inline in enumerate(args.props["inlinePolicies"]):
            if "policy" in inline:
                yield f"inlinePolicies[{index}].policy", document(inline["policy"])


RULES = [
    resource_rule(
        "no-wildcard-actions",
        "No policy document allows all actions, or all of a service.",
        no_wildcard_actions,
        EnforcementLevel.MANDATORY,
    ),
    resource_rule(
        "no-wildcard-principals",
        "No policy document allows something to everybody.",
        no_wildcard_principals,
        EnforcementLevel.MANDATORY,
    ),
    resource_rule(
        "trust-names-audience-and-subject",
        "A role that an OIDC provider's identities may take on says which, and for whom their token is.",
        trust_names_audience_and_subject,
        EnforcementLevel.MANDATORY,
    ),
    resource_rule(
        "trust-names-the-pods",
        "A role that EKS Pod Identity may take on says for which namespace and service account.",
        trust_names_the_pods,
        EnforcementLevel.MANDATORY,
    ),
    resource_rule(
        "trust-has-one-writer",
        "Kubeflow's controller does not rewrite the trust policy of a role.",
        trust_has_one_writer,
        EnforcementLevel.MANDATORY,
    ),
]
