"""dex on the local platform: the real program, run as its Deployment says, and logins against it.

The Deployment and its rollouts are real (API server, deployment and replica set controllers). A cluster without
nodes lacks the rest, and three stand-ins play it, for the pods of dex alone:
`kubelet` (with `pod`, `container_spec`, `container`) runs a pod's dex as a process, `service` is the address that
stays while pods come and go, `runner` puts both together. `login` is a client of dex, `server` says how the runner is
started. Does not own: dex's configuration and Deployment (`local.kube.seed`), and what workspaces write into them.
"""
