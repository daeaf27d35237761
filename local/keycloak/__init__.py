"""A real Keycloak for the tests that need one: not part of the local platform, which starts without Java."""
