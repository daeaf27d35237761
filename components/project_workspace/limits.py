"""The limits that services put on names and documents, and the forms they accept.

Owns: those, each with its source. Does not own any name (`names.py`). Ground: it imports nothing of this library.
"The runbook" is the vendor's manual page that this program replaces (docs/facts/runbook.md).
"""

import re

NAMESPACE_LIMIT = 63
"""Characters of a Kubernetes namespace (RFC 1123 label)."""
LABEL_VALUE_LIMIT = 63
"""Characters of a Kubernetes label value."""
LABEL_KEY_LIMIT = 253 + len("/") + 63
"""Characters of a Kubernetes label's whole key: domain and name."""
EKS_KEY_LIMIT = 63
"""Characters of a label's or taint's whole key (EKS API reference, CreateNodegroup); Kubernetes allows more."""
EMAIL_LOCAL_LIMIT = 64
"""Characters before the @ (RFC 5321, section 4.5.3.1.1)."""
STORED_EMAIL_LIMIT = 150
"""Bytes of an e-mail of which dex makes an object's name of at most 253 characters (docs/facts/dex.md, "Users as
objects")."""
BUCKET_LIMIT = 63
"""Characters of an S3 bucket name."""
NODE_GROUP_LIMIT = 63
"""Characters of an EKS managed node group's name."""
GENERATION_RESERVE = len("-g99")
"""Characters kept free in a node group's name for the generation of a replacement."""
POLICY_LIMIT = 128
"""Characters of an IAM policy name."""
POLICY_DOCUMENT_LIMIT = 6144
"""Characters of a managed policy's document, white space not counted (docs/facts/iam-policies.md, "Quotas")."""
BUCKET_POLICY_LIMIT = 20 * 1024
"""Bytes of a bucket policy (Amazon S3 User Guide, "Bucket policies for Amazon S3")."""
ROLE_LIMIT = 64
"""Characters of an IAM role name."""
DASHBOARD_UID_LIMIT = 40
"""Characters of a Grafana uid."""
DASHBOARD_TAG_LIMIT = 50
"""Characters of a dashboard's tag (Grafana, pkg/services/dashboards/errors.go)."""
LOGIN_ID_LIMIT = 100
"""Characters of an AI Conductor login ID."""
OIDC_CLIENT_LIMIT = 255 - len("-manager")
"""Characters of a client ID in Keycloak, of which the name of its role is made (docs/facts/keycloak.md, "Limits")."""
CONDUCTOR_TEXT_LIMIT = 250
"""Characters of AI Conductor's other texts: display name, e-mail, company, department."""

WORKSPACE_SUFFIX = "-ws"
"""The end of every workspace's name in AI Conductor's API (docs/facts/ai-conductor.md, "Workspaces")."""
NAMESPACE_PREFIX = "aic-ns-"
"""AI Conductor puts it before the workspace's name to get the namespace (docs/facts/ai-conductor.md, "Workspaces")."""
OWNER_TAG = "workspace:"
"""Prefix of the dashboard's tag that names the workspace it belongs to."""
CONDUCTOR_WORKSPACE_LIMIT = NAMESPACE_LIMIT - len(NAMESPACE_PREFIX)
"""Characters of a workspace for AI Conductor alone, which makes a namespace of it."""
WORKSPACE_LIMIT = min(CONDUCTOR_WORKSPACE_LIMIT, DASHBOARD_TAG_LIMIT - len(OWNER_TAG))
"""Characters of a workspace, which is also in a tag of its dashboard."""

NODE_LABEL = "aic-role"
"""The node label by which AI Conductor places a workspace's pods (runbook, section 2-1)."""
NAMESPACE_LABEL = "kubernetes.io/metadata.name"
"""The label with its own name that every namespace has, and nobody can change (Kubernetes, "Well-Known Labels")."""
RESERVED_LABEL_DOMAINS = ("kubernetes.io", "k8s.io", "eks.amazonaws.com")
"""Domains, with all below them, that EKS refuses in node labels ("Label cannot contain reserved prefixes"), or with
which the kubelet does not start (Kubernetes 1.34, cmd/kubelet/app/options)."""

PROJECT = re.compile(r"[a-z][a-z0-9]*")
"""No hyphen: AI Conductor's clients take the part before the first hyphen as the project's ECR scope."""
DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
"""An RFC 1123 label, and each part of a name that must end up as one; its length is the name's matter."""
WORKSPACE = re.compile(rf"{DNS_LABEL.pattern}{WORKSPACE_SUFFIX}")
DNS_SUBDOMAIN = re.compile(rf"{DNS_LABEL.pattern}(\.{DNS_LABEL.pattern})*")
"""An RFC 1123 subdomain: the prefix of a Kubernetes qualified name, of at most 253 characters."""
QUALIFIED_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
"""A Kubernetes qualified name behind its prefix, and the value of a label: at most 63 characters."""
BUCKET = re.compile(r"[a-z0-9][-a-z0-9]+[a-z0-9]")
DASHBOARD_UID = re.compile(r"[a-zA-Z0-9_-]+")
NODE_GROUP = re.compile(r"[0-9A-Za-z][A-Za-z0-9_-]*")
OIDC_CLIENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
IAM_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]+")
