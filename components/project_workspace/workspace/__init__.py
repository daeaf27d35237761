"""`ProjectWorkspace`: the parts of a workspace, and how they are put together.

A file a part: which of the chosen options and derived names it is given. `component.py` has their order.
"""
