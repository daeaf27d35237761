"""What people choose of a namespace's place in Run:ai: the section `runai` of a stack file."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Optional

from project_workspace.runai.template import GENERATIONS, WITH_WORKLOADS
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, choice
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import LABEL_KEY, dns_label

OWN, SHARED = "own", "shared"
LONGEST_USER = 256
NOBODY_IN_PARTICULAR = "system:anonymous"
DEFAULT_LABEL = "runai/queue"


def _is_user(value: Any) -> bool:
    fits = isinstance(value, str) and 0 < len(value) <= LONGEST_USER and value.isprintable()
    return fits and value == value.strip() and value != NOBODY_IN_PARTICULAR


USER_ID = Rule(
    f"a user ID of at most {LONGEST_USER} printable characters, without a space at its ends",
    "alice@example.com",
    _is_user,
    reasons=(
        (
            NOBODY_IN_PARTICULAR,
            "Expected somebody, for example 'alice@example.com': this is whoever does not log in at all.",
        ),
    ),
)
UserId = Annotated[str, USER_ID]
LabelKey = Annotated[str, Rule(LABEL_KEY.what, DEFAULT_LABEL, LABEL_KEY.right)]
RunaiProjectName = Annotated[str, dns_label("vision")]
Template = Annotated[str, choice(*GENERATIONS)]
Bindings = Annotated[str, choice(OWN, SHARED)]


def _turned_on(options: "RunaiOptions") -> Iterator[Problem]:
    given = options.executors or options.viewers or options.template or options.take_over
    if given and not options.project:
        yield Problem("project", "Expected a project where anything else is given, for example 'vision'.")


def _each_once(options: "RunaiOptions") -> Iterator[Problem]:
    for name, users in (("executors", options.executors), ("viewers", options.viewers)):
        yield from _twice(name, users)


def _twice(name: str, users: Sequence[str]) -> Iterator[Problem]:
    for index, user in enumerate(users):
        if user in users[:index]:
            sentence = f"Expected a user ID that is not there yet, for example '{USER_ID.example}'."
            yield Problem(f"{name}[{index}]", sentence)


def _has_a_list(options: "RunaiOptions") -> Iterator[Problem]:
    if options.bindings == SHARED and options.executors and not options.template:
        yield Problem(
            "template",
            f"Expected the template where executors are put into shared bindings, for example '{WITH_WORKLOADS}': the "
            "namespace's list of executors is one of its bindings.",
        )


class RunaiOptions(Section):
    """The namespace's place in Run:ai, for clusters on which it is managed in Kubernetes. The project itself is made in
    Run:ai's own control plane, which this program does not reach. From Run:ai 2.16 on people get in by its access
    rules; then `project` is all that is of use here.
    """

    project: Optional[RunaiProjectName] = None
    """Name of the Run:ai project whose namespace this is. Default: none, and nothing is made for Run:ai."""
    queue_label: LabelKey = DEFAULT_LABEL
    """Key of the label on the namespace that names the project. Another one is for installations whose scheduler reads
    another."""
    take_over: bool = False
    """Whether a namespace that another project has becomes this one's. Default: it is refused."""
    template: Optional[Template] = None
    """Which template of role bindings for Run:ai's services is applied to the namespace, where Run:ai may not make them
    itself (`createRoleBindings: false`). `with-workloads`: the last one, for clusters that have the ClusterRole
    `workload-controller-rw`. `without-workloads`: the one before. Default: none, Run:ai makes its own."""
    executors: list[UserId] = []
    """User IDs of those who submit jobs in the project and see all jobs. A user ID is written as the cluster's
    authentication gives it; its case counts."""
    viewers: list[UserId] = []
    """User IDs of those who see the jobs of all projects; Kubernetes lets them read the pods and ConfigMaps of every
    namespace."""
    bindings: Bindings = OWN
    """Where people stand. `own`: in bindings of this stack's own. `shared`: each is put into the lists that Run:ai's
    documents have administrators edit, `runai-job-viewer-manual` and `runai-cli-index-map-editor`, which belong to all
    projects, and into the namespace's own."""

    together: ClassVar[tuple[Together, ...]] = (
        Together(("project", "executors", "viewers", "template", "take_over"), _turned_on),
        Together(("executors", "viewers"), _each_once),
        Together(("executors", "template", "bindings"), _has_a_list),
    )
