"""Whose face was measured: the candidate's, or one of several of which the program took one.

Which of the people in a picture is the candidate cannot be told from the picture. Where others stay
in it, or another person takes the place, what face, gaze and body tell is somebody's, perhaps not
theirs: it is shown with a note that says who was taken, and no advice or score rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from perception.picture_places import worded
from scoring.record.session import Session
from scoring.record.spans import total
from scoring.rubric import load
from scoring.types import Span

STAYS = 0.3
"""Share of the time in view from which others are there for the session, and do not visit."""
SHARED = 0.2
"""Share of the time in view of a second person from which a session is not one person's."""
_LEAST_S = 1.0


@dataclass(frozen=True, slots=True)
class Others:
    """Who else was there."""

    reason: str
    """Name in ``assets/rubrics/doubts.toml``."""
    faces: int = 2
    """At most at a time, or one after the other."""
    place: str = ""
    """Where the one that was followed was for most of the time; empty where it is not known."""

    def note(self, recorded: bool) -> str:
        """What was taken for the candidate's, and how to choose.

        Args:
            recorded: whether it is a recording that can be analysed again.
        """
        entry = load("doubts")[self.reason]
        said = str(entry["note"]).format(faces=self.faces, place=worded(self.place))
        return f"{said}; {entry['remedy']}" if recorded and entry["remedy"] else said


def others(session: Session) -> Others | None:
    """Whether it is doubtful whose face was measured; None where it is not."""
    track = session.face
    seen_s = float(track.hold_s[track.found].sum())
    if seen_s < _LEAST_S:
        return None
    stays = _stays(session)
    if total([span for span, _, _ in stays]) >= max(_LEAST_S, STAYS * seen_s):
        places: dict[str, float] = {}
        for (start, end), _, place in stays:
            places[place] = places.get(place, 0.0) + end - start
        most = max(faces for _, faces, _ in stays)
        return Others("several_faces", most, max(places, key=lambda name: places[name]))
    people = _one_after_the_other(session)
    if len(people) > 1 and sum(people) - max(people) >= SHARED * seen_s:
        return Others("changed_person", len(people))
    return None


def _stays(session: Session) -> list[tuple[Span, int, str]]:
    """When others stayed, how many faces there were then, and where the one followed was."""
    found: list[tuple[Span, int, str]] = []
    since: tuple[float, int, str] | None = None
    told = [e for e in session.events if e.source == "face" and e.kind in _TOLD]
    for event in sorted(told, key=lambda e: e.t_s):
        if since is not None and event.t_s > since[0]:
            found.append(((since[0], event.t_s), *since[1:]))
        since = None
        if event.kind == "several_faces":
            faces = event.data.get("faces")
            place = event.data.get("place")
            count = faces if isinstance(faces, int) and not isinstance(faces, bool) else 2
            since = (event.t_s, max(2, count), place if isinstance(place, str) else "")
    if since is not None and session.duration_s > since[0]:
        found.append(((since[0], session.duration_s), *since[1:]))
    return found


_TOLD = ("several_faces", "alone")


def _one_after_the_other(session: Session) -> list[float]:
    """Seconds of view of each person who took the place, in order."""
    track = session.face
    found = track.found
    starts = sorted(
        e.t_s for e in session.events if e.source == "face" and e.kind == "other_person"
    )
    edges = [float("-inf"), *starts, float("inf")]
    return [
        float(track.hold_s[found & (track.t_s >= start) & (track.t_s < end)].sum())
        for start, end in pairwise(edges)
    ]
