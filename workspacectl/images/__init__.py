"""`workspacectl images`: which images a stack and a platform need, where the site has them, and how they get there.

Belongs here: the lists (`lists/*.json`), what is asked of registries, and the commands of the tools that copy. Does
not: the image map itself, which the programs use too (`project_workspace.images`).
"""
