"""Run:ai: a namespace becomes a project's, and people get into it, by what Run:ai's own documents do by hand.

Belongs here: the label, the bindings and the template of Run:ai clusters whose access is managed in Kubernetes. Does
not: the project itself, which lives in Run:ai's control plane, out of this program's reach (docs/facts/runai.md).
"""
