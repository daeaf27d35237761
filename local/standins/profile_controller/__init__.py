"""Stand-in for Kubeflow's profile controller (kubeflow/dashboard, components/profile-controller).

Owns: what that controller does with a Profile, its awkward sides included (docs/facts/kubeflow-profiles.md):
it refuses a namespace that is somebody else's without a word in the Profile, ignores a change of owner, makes a
deleted namespace again, and sets its finalizer only after the first complete pass. `controller` decides when,
`reconcile` what, `desired` holds the objects, `plugins` the one plugin that needs no cloud account.
Does not own: garbage collection and namespaces' ends (the real kube-controller-manager), contributors (kfam),
the ambient mesh. Not implemented, and said so with an error: WorkloadIdentity, and AwsIamForServiceAccount without
`annotateOnly`.
"""
