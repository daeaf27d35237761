"""The checks, a subject a module: each one named function, whose docstring says what is checked and why.

Belongs here: what is asked, and what the answer means. Does not: which checks a profile has (`profiles.json`).
"""
