"""Stand-in of AI Conductor's REST API, for the local platform and the tests; never part of the product.

What it answers is seen in public clients and recorded answers (facts/ai-conductor.md sections 2 to 8) or proposed
there (section 12.2); each module marks what was chosen here. It keeps records, checks what the real server is known to
check, and answers 501 to what is not implemented. It makes nothing outside: no bucket, no namespace.
"""
