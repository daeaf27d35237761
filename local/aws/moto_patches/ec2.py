"""Gaps of moto's EC2: a launch template's own tags.

moto copies the tags of the template itself into its first version's data, as if instances were to get them, and
answers for ever the tags that the template was made with.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateBackend


def close() -> None:
    """Take the template's own tags out of the data again, and look them up whenever they are asked for."""
    create = LaunchTemplateBackend.create_launch_template

    def create_launch_template(
        self: LaunchTemplateBackend,
        name: str,
        description: str,
        template_data: dict[str, Any],
        tag_spec: dict[str, Any],
    ) -> LaunchTemplate:
        specs = template_data.get("TagSpecifications")
        if specs:
            kept = [s for s in specs if s["ResourceType"] != "launch-template"]
            template_data = {k: v for k, v in template_data.items() if k != "TagSpecifications"}
            template_data |= {"TagSpecifications": kept} if kept else {}
        return create(self, name, description, template_data, tag_spec)

    LaunchTemplateBackend.create_launch_template = create_launch_template
    template: Any = LaunchTemplate
    template.tags = property(LaunchTemplate.get_tags, lambda *_: None)  # what is assigned is a copy of these
