"""What an option is: something that people choose, in a stack file or as an argument of the library.

Belongs here: the base of all option models (`section.py`), the rule of a single value with its example and sentence
(`rule.py`), value types that several subjects use (`values.py`), secrets among the options (`secret.py`), and how
what is wrong is reported (`problem.py`). Does not: any option; those of a subject are in its own `options.py`, those of
the whole workspace in `project_workspace.options`. It imports nothing of this library but the limits of names.
"""
