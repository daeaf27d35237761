"""Stand-in for Grafana: the part of its HTTP API that dashboards, folders and searches need.

No Grafana server is in any package registry (facts/local-platform.md, "What exists, and in which form"). It
keeps what it is told in one file and refuses what Grafana refuses (facts/pulumi-kubernetes-aws.md section
9; the texts are those of Grafana's pkg/services/dashboards/errors.go and pkg/api/apierrors). It draws
nothing, has no users, and answers 501 to everything else.
"""
