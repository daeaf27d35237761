"""Stand-in for Grafana: the part of its HTTP API that dashboards, folders and searches need.

No Grafana server is in any package registry (docs/facts/local-platform.md, "What exists, and in which form"). It keeps
what is saved in one file and refuses what Grafana refuses (docs/facts/grafana.md, "Refusals"; the texts are those of
Grafana's pkg/services/dashboards/errors.go and pkg/api/apierrors). It draws nothing, has no users, and answers 501 to
everything else.
"""
