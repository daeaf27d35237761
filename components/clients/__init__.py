"""Plain clients of the remotes that no Pulumi provider covers: dex's configuration, shared IAM policies, Grafana,
AI Conductor.

Nothing in this folder imports `pulumi` or knows of settings: a client gets values, talks to its remote and
answers plain values or raises a `RemoteError`. That is what makes each one testable against a server alone.
"""
