"""One AI project workspace as a Pulumi component.

`workspace.ProjectWorkspace` wires the parts, one file each; `settings` reads a stack's configuration for it. The parts
use Pulumi's providers where there are some, and `dynamic` providers over plain `clients` where there are none.
"""
