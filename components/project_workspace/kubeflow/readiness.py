"""When a Profile is ready, and what is said when it does not become so.

Owns: the sign for which pulumi-kubernetes waits, how long, and the sentence that names Kubeflow's profile controller.
Does not own the wait. Why a hook: the plugin says that it "timed out waiting for the condition" and no more, because
the controller says nothing in the Profile (docs/facts/kubeflow-profiles.md, "Readiness").
"""

import pulumi

READY = "jsonpath={.metadata.finalizers[0]}=profile-finalizer"
"""The controller adds the finalizer at the end of its first full pass: the only sign of success it gives."""
LIMIT_MINUTES = 3
TIMED_OUT = "timed out waiting for the condition"
"""What pulumi-kubernetes says of everything that did not become ready."""


def told_when_not_ready(name: str, namespace: str) -> pulumi.ResourceHookBinding:
    """For the Profile of a namespace: the sentence beside the plugin's own; it is not tried again."""
    sentence = (
        f"The Profile {namespace} is not ready: Kubeflow's profile controller does not run, or refuses it. "
        "What it says: 'kubectl -n kubeflow logs deployment/profiles-deployment'. "
        "Mend that, then run 'pulumi up' again."
    )

    def tell(failure: pulumi.ErrorHookArgs) -> bool:
        if TIMED_OUT in failure.errors[0] and failure.failed_operation != "delete":
            pulumi.log.error(sentence)
        return False

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"{name}-profile-not-ready", tell)])
