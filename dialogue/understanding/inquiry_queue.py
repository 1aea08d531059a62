"""What is to be understood next, where one utterance is understood at a time.

Of an answer that goes on the newest words are kept, and of answers that are complete each: what
somebody said last must not be lost because somebody says something else.
"""

from __future__ import annotations

from dialogue.understanding.understander import Inquiry

PARTIAL_EVERY_S = 0.6
"""Least seconds between two understandings of an answer that goes on."""

PARTIAL_SHARE = 0.2
"""Most of the time that goes into these: on a busy machine they come less often. What is complete
is understood at once."""


class InquiryQueue:
    """The inquiries of one interview, in the order in which they are understood.

    Whoever has them understood puts in what the dialogue wants to know at each tick, takes one
    where nothing is under way, and says when its reply has come.
    """

    def __init__(self) -> None:
        self._last: Inquiry | None = None
        self._waiting: list[Inquiry] = []
        self._under_way: Inquiry | None = None
        self._sent_s = float("-inf")
        self._took_s = 0.0

    def __bool__(self) -> bool:
        """Whether something waits."""
        return bool(self._waiting)

    @property
    def under_way(self) -> Inquiry | None:
        """What is being understood."""
        return self._under_way

    @property
    def sent_s(self) -> float:
        """When something was taken last."""
        return self._sent_s

    def put(self, inquiry: Inquiry | None) -> None:
        """Takes what is to be understood at this tick; the same as at the last is no news."""
        if inquiry is None or inquiry == self._last:
            return
        self._last = inquiry
        self._waiting = [i for i in self._waiting if i.complete and i.answer != inquiry.answer]
        self._waiting.append(inquiry)

    def take(self, t_s: float) -> Inquiry | None:
        """What is to be understood now; None where something is under way, or nothing due."""
        if self._under_way is not None or not self._waiting:
            return None
        pause_s = max(PARTIAL_EVERY_S, self._took_s / PARTIAL_SHARE)
        if not self._waiting[0].complete and t_s - self._sent_s < pause_s:
            return None
        self._sent_s = t_s
        self._under_way = self._waiting.pop(0)
        return self._under_way

    def done(self, t_s: float) -> None:
        """Has the reply to what was under way."""
        self._took_s = t_s - self._sent_s
        self._under_way = None

    def put_back(self) -> None:
        """What was under way was lost on its way, and waits again unless newer words of it do."""
        lost, self._under_way = self._under_way, None
        if lost is not None and all(i.answer != lost.answer for i in self._waiting):
            self._waiting.insert(0, lost)
