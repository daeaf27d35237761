"""Stand-in for the provider plugin pulumi-resource-aws, for the resources of a workspace only, over botocore."""
