"""A stack's configuration: the text of its files in, checked options out.

Belongs here: reading stack files and common files, references to the environment, and the rule that secrets are
encrypted. Does not: any option of a workspace (`options.py` and the subjects' own), because a program that uses the
library has no stack file. Above all other rooms: none of them may know where its options came from.
"""
