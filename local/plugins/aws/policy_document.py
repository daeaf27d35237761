"""Stand-in for `aws:iam/getPolicyDocument:getPolicyDocument`, byte for byte as the Terraform data source
writes it.

Owns: the form of the document; calls nothing. The rules are those of terraform-provider-aws
internal/service/iam/policy_document_data_source.go and policy_model.go: one value is a plain string, several
are sorted in descending order (values of conditions keep theirs), two blanks of indent, `&{` stands for `${`.
Merging other documents (`sourcePolicyDocuments`, `overridePolicyDocuments`) is not implemented.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from local.plugins.aws.schema import Arg, problems
from local.plugins.provider import PluginError, Values

PRINCIPAL = {"type": Arg(str, required=True), "identifiers": Arg(str, "set", required=True)}
CONDITION = {
    "test": Arg(str, required=True),
    "variable": Arg(str, required=True),
    "values": Arg(str, "list", required=True),
}
STATEMENT = {
    "sid": Arg(str),
    "effect": Arg(str, choices=("Allow", "Deny")),
    "actions": Arg(str, "set"),
    "notActions": Arg(str, "set"),
    "resources": Arg(str, "set"),
    "notResources": Arg(str, "set"),
    "principals": Arg(PRINCIPAL, "set"),
    "notPrincipals": Arg(PRINCIPAL, "set"),
    "conditions": Arg(CONDITION, "set"),
}
ARGUMENTS = {
    "policyId": Arg(str),
    "statements": Arg(STATEMENT, "list"),
    "version": Arg(str, choices=("2008-10-17", "2012-10-17")),
}


def get_policy_document(args: Values) -> Values:
    """The document as text (`json`), without white space (`minifiedJson`), and the arguments completed."""
    failures = [*problems(ARGUMENTS, args)]
    extra = sorted(k for k in set(args) - set(ARGUMENTS) if args[k])
    if extra:
        raise PluginError(f"getPolicyDocument: the stand-in does not implement the argument '{extra[0]}'.")
    if failures:
        raise PluginError(f"getPolicyDocument: {failures[0].reason}")
    version = args.get("version") or "2012-10-17"
    statements = [{**s, "effect": s.get("effect") or "Allow"} for s in args.get("statements") or []]
    _refuse_double_sids(statements)
    document: dict[str, Any] = {"Version": version}
    if args.get("policyId"):
        document["Id"] = args["policyId"]
    if statements:
        document["Statement"] = [_statement(s, version) for s in statements]
    text = _go_json(json.dumps(document, indent=2, ensure_ascii=False))
    return {
        **args,
        "id": str(zlib.crc32(text.encode())),
        "json": text,
        "minifiedJson": _go_json(json.dumps(document, separators=(",", ":"), ensure_ascii=False)),
        "statements": statements,
        "version": version,
    }


def _refuse_double_sids(statements: list[Values]) -> None:
    sids = [s["sid"] for s in statements if s.get("sid")]
    for sid in sids:
        if sids.count(sid) > 1:
            raise PluginError(f"getPolicyDocument: duplicate Sid ({sid})")


def _statement(statement: Values, version: str) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if statement.get("sid"):
        result["Sid"] = statement["sid"]
    result["Effect"] = statement["effect"]
    for ours, theirs in (("actions", "Action"), ("notActions", "NotAction")):
        if statement.get(ours):
            result[theirs] = _sorted(statement[ours])
    for ours, theirs in (("resources", "Resource"), ("notResources", "NotResource")):
        if statement.get(ours):
            result[theirs] = _sorted([_variables(v, version) for v in statement[ours]])
    for ours, theirs in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if statement.get(ours):
            result[theirs] = _principals(statement[ours], version)
    if statement.get("conditions"):
        result["Condition"] = _conditions(statement["conditions"], version)
    return result


def _sorted(values: list[str]) -> str | list[str]:
    distinct = set(values)
    return values[0] if len(distinct) == 1 else sorted(distinct, reverse=True)


def _variables(text: str, version: str) -> str:
    if "&{" in text and version == "2008-10-17":
        raise PluginError(f"getPolicyDocument: found &{{ sequence in ({text}), not supported in version {version}")
    return text.replace("&{", "${")


def _principals(principals: list[Values], version: str) -> Any:
    if len(principals) == 1 and principals[0]["type"] == "*" and principals[0]["identifiers"] == ["*"]:
        return "*"
    kinds: dict[str, list[str]] = {}
    for principal in principals:
        names = kinds.setdefault(principal["type"], [])
        names += sorted({_variables(v, version) for v in principal["identifiers"]}, reverse=True)
    return {kind: names[0] if len(names) == 1 else names for kind, names in sorted(kinds.items())}


def _conditions(conditions: list[Values], version: str) -> dict[str, Any]:
    tests: dict[str, dict[str, list[str]]] = {}
    for condition in conditions:
        values = tests.setdefault(condition["test"], {}).setdefault(condition["variable"], [])
        values += [_variables(v, version) for v in condition["values"]]
    return {
        test: {name: v[0] if len(v) == 1 else v for name, v in sorted(variables.items())}
        for test, variables in sorted(tests.items())
    }


def _go_json(text: str) -> str:
    """Go's encoder writes these three as escapes."""
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
