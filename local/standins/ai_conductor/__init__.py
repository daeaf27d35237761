"""Stand-in of AI Conductor's REST API, for the local platform and the tests; never part of the product.

What it answers is seen in public clients and recorded answers, or proposed (docs/facts/ai-conductor.md); each module
marks what was chosen here. It keeps records, checks what the real server is known to check, and answers 501 to what is
not implemented. It makes nothing outside: no bucket, no namespace.
"""
