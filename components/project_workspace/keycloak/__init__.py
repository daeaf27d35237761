"""The workspace's client in Keycloak (HyperAuth is one): by it the workspace's services let people log in.

Belongs here: one confidential OpenID Connect client, the role that says who manages it, its audience mapper, and who
has the role. Does not: realms, people and groups, which are the installation's.
"""
