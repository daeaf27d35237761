"""What every dynamic provider and client stands on: the contract with Pulumi's engine, HTTP, and errors as sentences.

Belongs here: what holds for any remote. Does not: any subject's name, field or rule; this room knows none. Why written
once: each of these rules that a provider forgets loses outputs, hides drift or prints a password.
"""
