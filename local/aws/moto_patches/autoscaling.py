"""Gaps of moto's Auto Scaling: tags on a group that does not exist, and the limit on tags.

moto answers a KeyError (status 500) where AWS answers a ValidationError.
"""

from __future__ import annotations

from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.models import AutoScalingBackend

TAG_LIMIT = 50
"""Tags of one group (EC2 Auto Scaling User Guide, "Tag Auto Scaling groups")."""


def close() -> None:
    """Check groups and limits before moto's own methods run."""
    create_or_update, delete = AutoScalingBackend.create_or_update_tags, AutoScalingBackend.delete_tags

    def create_or_update_tags(self: AutoScalingBackend, tags: list[dict[str, Any]]) -> None:
        _check_groups(self, tags)
        for name in {t["ResourceId"] for t in tags}:
            old = {t["Key"] for t in self.autoscaling_groups[name].tags}
            new = {t["Key"] for t in tags if t["ResourceId"] == name}
            if len(old | new) > TAG_LIMIT:
                raise AutoscalingClientError(
                    "LimitExceeded",
                    f"AutoScalingGroup '{name}': at most {TAG_LIMIT} tags are allowed per resource.",
                )
        create_or_update(self, tags)

    def delete_tags(self: AutoScalingBackend, tags: list[dict[str, Any]]) -> None:
        _check_groups(self, tags)
        delete(self, tags)

    AutoScalingBackend.create_or_update_tags = create_or_update_tags
    AutoScalingBackend.delete_tags = delete_tags


def _check_groups(backend: AutoScalingBackend, tags: list[dict[str, Any]]) -> None:
    for tag in tags:
        if tag["ResourceId"] not in backend.autoscaling_groups:
            raise ValidationError(f"AutoScalingGroup name not found - AutoScalingGroup '{tag['ResourceId']}' not found")
