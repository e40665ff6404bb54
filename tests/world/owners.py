"""Small owners for a story: a platform each, with two hosts of its own and nothing that only it could say. Pure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

# A shape would make whatever a hostile host says "not what was promised"; without one, any answer is an answer.
_FILE = """\
id = "{id}"
name = "{name}"
owner = "{id}"
owner_name = "{name}"
functions = ["web", "api"]

[[probe]]
id = "www"
kind = "http"
url = "https://www.{id}.example/"
method = "HEAD"
sees = ["web"]

[[probe]]
id = "api"
kind = "http"
url = "https://api.{id}.example/"
method = "GET"
sees = ["api"]
"""


@dataclass(frozen=True, slots=True)
class PlatformFile:
    """A platform of the person's own, as it lies in the program's configuration."""

    name: str
    text: str


def small_owner(id_: str) -> PlatformFile:
    """The owner ``id_`` of www.ID.example (asked with HEAD) and api.ID.example (with GET)."""
    return PlatformFile(f"{id_}.toml", _FILE.format(id=id_, name=id_.title()))


def own(text: str) -> PlatformFile:
    """A platform as its story tells it; the file is called after its ``id``. Raises ValueError."""
    id_ = tomllib.loads(text).get("id")
    if not isinstance(id_, str) or not id_.isidentifier():
        raise ValueError(f"a platform needs an id of letters; this one's is {id_!r}")
    return PlatformFile(f"{id_}.toml", text)
