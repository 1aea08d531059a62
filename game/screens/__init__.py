"""What lies flat over the scene: captions, notices, typed answers, self-view, cards.

All take a ``Canvas``, which follows the picture's size; call ``canvas.step()`` once a frame, and
``step(t_s)`` of those overlays that change by themselves.
"""

from game.screens.answerbox import BOX_TOP, AnswerBox
from game.screens.canvas import Canvas
from game.screens.captions import Captions
from game.screens.notice import Notice
from game.screens.progress import Progress
from game.screens.selfview import SelfView
from game.screens.startcard import EndCard, Invitation, StartCard

__all__ = [
    "BOX_TOP",
    "AnswerBox",
    "Canvas",
    "Captions",
    "EndCard",
    "Invitation",
    "Notice",
    "Progress",
    "SelfView",
    "StartCard",
]
