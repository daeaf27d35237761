"""What Anaconda's Data Science & AI Workbench needs of a Kubernetes cluster before its Helm chart is installed.

Belongs here: namespace, service account and its rights, volumes, secrets, node groups, and the chart's values. Does
not: the chart, which Anaconda hands over and a person installs, nor what it makes. "The document" is Anaconda's page
"Preparing a BYOK8s environment for Workbench" (5.7.1, docs/facts/anaconda-workbench.md).
"""
