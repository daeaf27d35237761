"""Container images: what a reference to one says, and where a site that keeps its own registry has it.

Belongs here: the reference (`reference.py`), the map from a source to the site's registry (`image_map.py`), and what it
is applied to: documents and texts (`documents.py`), and the resources of a Pulumi program (`transform.py`). Does not:
which images a platform needs, nor any call of a registry (`workspacectl/images`).
"""
