"""One of several wordings, the same for the same session, with its places filled in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from scoring.feedback.recruiter import Recruiter, recruiter_of
from scoring.record.session import Session

Told = str | Sequence[str]
"""A wording, or several that mean the same."""

TOOK_IT = "{subject} took it that {told}"
MISSED = "{subject} would have liked to hear {gap}"
"""What stands in ``understood.toml`` under those names, for files of a study that lack them."""

_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """Chooses among wordings and fills them in for one session."""

    session_id: str
    """Of whatever tells two sessions apart."""
    recruiter: Recruiter = field(default_factory=Recruiter)

    def one(self, key: str, told: Told, /) -> str:
        """One of several wordings, as it is written.

        Args:
            key: what it is about; each is drawn by itself, so that a sentence more does not change
                the others.
            told: the wordings.
        """
        if isinstance(told, str):
            return told
        drawn = hashlib.sha256(f"{self.session_id}:{key}".encode()).digest()
        return told[int.from_bytes(drawn[:8], "big") % len(told)]

    def say(self, key: str, told: Told, /, **values: object) -> str:
        """The same with its places filled in: those of the recruiter, and ``values``."""
        return self.fill(self.one(key, told), **values)

    def fill(self, text: str, /, **values: object) -> str:
        """A text with ``{name}``, ``{subject}`` and the like filled in, and sentences begun with a
        capital where one of those begins them; braces of nothing known stay."""
        known = {**self.recruiter.words, **{k: str(v) for k, v in values.items()}}

        def filled(place: re.Match[str]) -> str:
            word = known.get(place[1], place[0])
            before = text[: place.start()].rstrip()
            return word if before and before[-1] not in ".!?" else capital(word)

        return _PLACE.sub(filled, text)

    def within(self, text: str, /, **values: object) -> str:
        """A clause with its places filled in, that begins as it is written."""
        return self.fill(f"– {text}", **values).removeprefix("– ")


def capital(text: str) -> str:
    """A text that begins with a capital."""
    return text[:1].upper() + text[1:]


def wording_of(session: Session) -> Wording:
    """The wording of a session's report."""
    # not by when it was made: a recording that is analysed again reads the same
    return Wording(f"{session.id} {session.meta.get('seed')}", recruiter_of(session.meta))
