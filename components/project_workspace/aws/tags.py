"""What AWS accepts as tags, and how many of them the program and EKS need themselves.

Owns: those rules. Does not own which resource gets which tags. Sources: "Tag your Amazon EC2 resources" (EC2 User
Guide), TagMap (EKS API reference), tagKeyType and tagValueType (IAM API reference); the narrowest of them, since one
set of tags goes to all services.
"""

from collections.abc import Mapping

from project_workspace import stack_mark

TAGS_OF_A_RESOURCE = 50
"""Tags of one AWS resource, Auto Scaling groups among them."""
KEY_LIMIT = 128
VALUE_LIMIT = 256
"""Characters of a tag's key and of its value."""

NODE_NAME = "Name"
"""The tag that the program sets on nodes, their volumes and network interfaces (`launch_template.py`)."""
PROJECT_MARK, STACK_MARK = stack_mark.TAGS
"""The tags that say whose something is: on everything that can have some, but nodes."""
TAGS_OF_EKS = 5
"""Tags that EKS puts on the Auto Scaling group of a managed node group and so on its nodes: `eks:cluster-name`,
`eks:nodegroup-name`, `kubernetes.io/cluster/{cluster}`, `k8s.io/cluster-autoscaler/enabled` and
`k8s.io/cluster-autoscaler/{cluster}` (docs/facts/eks-node-groups.md, "Tags of the Auto Scaling group")."""
GIVEN_LIMIT = TAGS_OF_A_RESOURCE - TAGS_OF_EKS - len([NODE_NAME])
"""How many tags a workspace may be given: a node has the most others. The stack's mark is on no node."""

_RESERVED = "aws:"
_SIGNS = frozenset(" _.:/=+-@")


def is_key(text: str) -> bool:
    """Whether AWS takes this as the key of a tag, and the program has none of that key."""
    return is_own_key(text) and text != NODE_NAME


def is_own_key(text: str) -> bool:
    """The same for a tag of one thing alone, which may be called `Name`."""
    return 1 <= len(text) <= KEY_LIMIT and _is_allowed(text) and text.casefold() not in (PROJECT_MARK, STACK_MARK)


def is_value(text: str) -> bool:
    """Whether AWS takes this as the value of a tag."""
    return len(text) <= VALUE_LIMIT and _is_allowed(text)


def same_for_iam(tags: Mapping[str, str]) -> list[str]:
    """The keys that differ from an earlier one only in case: IAM, unlike the others, takes them for the same."""
    keys = [key.casefold() for key in tags]
    return [key for index, key in enumerate(tags) if key.casefold() in keys[:index]]


def _is_allowed(text: str) -> bool:
    reserved = text.casefold().startswith(_RESERVED)
    return not reserved and all(character.isalnum() or character in _SIGNS for character in text)
