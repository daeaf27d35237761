"""The hash of a dex user's password: made at most once, and kept where the password that is wanted opens it.

Owns: those rules, and what refresh shows of a password. Does not own where the hash is kept: in dex's configuration
(`provider.py`) or in an object (`password_object.py`). Why kept: the salt of a hash is drawn, so hashing again would be
a change of what nobody has changed.
"""

import bcrypt

from project_workspace.remote.errors import RefusedError
from project_workspace.remote.provider import Props
from project_workspace.schema.bcrypt import BCRYPT, ONE_OF

BCRYPT_COST = 12

CHANGED_OUTSIDE = "[changed outside]"
"""What refresh puts in place of a password that no longer opens the user; the next `up` sets it again."""

SECRETS = frozenset({"password", "passwordHash", "hash"})
"""The properties of a user that are secret."""


class Hashes:
    """The hash of a user with these inputs, of which `password` or `passwordHash` is one."""

    def __init__(self, inputs: Props, known: str) -> None:
        """`known` is the hash of the same password from before; empty when there is none."""
        if ("password" in inputs) == ("passwordHash" in inputs):
            raise RefusedError(ONE_OF, where=f"dex user {inputs['email']}", remedy="Set one of them in the stack.")
        self._inputs = inputs
        self.value: str = inputs.get("passwordHash", known)

    def over(self, there: str) -> str:
        """The hash to write where `there` is one (empty: none is), which stays when the password opens it."""
        if not self.value:
            password = self._inputs["password"]
            usable = BCRYPT.fullmatch(there) is not None and opens(password, there)
            self.value = there if usable else _hashed(password)
        return self.value

    def same_password(self, there: str) -> bool:
        """Whether whoever logs in by the hash `there` does so with the password that is wanted."""
        given = self._inputs.get("password")
        return there == self.value or (given is not None and opens(given, there))


def known_hash(olds: Props, news: Props) -> str:
    """The hash that an update may keep; empty when the password is another one."""
    return str(olds.get("hash", "")) if olds.get("password") == news.get("password") else ""


def seen(outputs: Props, hash_: str) -> Props:
    """What refresh shows of a user whose hash is now this one."""
    if "passwordHash" in outputs:
        return {"hash": hash_, "passwordHash": hash_}
    as_it_was = hash_ == outputs.get("hash") or opens(outputs.get("password", ""), hash_)
    return {"hash": hash_} if as_it_was else {"hash": hash_, "password": CHANGED_OUTSIDE}


def opens(password: str, hash_: str) -> bool:
    """Whether the password is that of the hash."""
    try:
        return bcrypt.checkpw(password.encode(), hash_.encode())
    except ValueError:
        return False


def _hashed(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(BCRYPT_COST)).decode()
