"""What set-up makes once so that every start is quick: the people, and the rooms at their hour.

Run as ``python -m game.app.prepare`` it prints its progress: lines of share, tab and words.
"""

from __future__ import annotations

import sys

from game.bake.cache import Progress
from game.bake.everyone import bake_everyone
from game.bake.identity import identities
from game.rooms.catalogue import ROOMS
from game.rooms.store import load_or_bake
from game.scene.settings import RoomSettings
from game.stage.base import Stage
from perception import environment
from perception.errors import DeviceError, RecruiterError
from perception.interrupt import end_politely
from perception.paths import cache_dir

PEOPLE_SHARE = 0.75
"""Share of the time that people take."""


def prepare(progress: Progress) -> None:
    """Bakes everyone and every room that is not baked yet.

    Args:
        progress: told the share done and a few words.

    Raises:
        ModelError: the data that people are made from are missing.
        StorageError: the cache folder cannot be written.
    """
    bake_everyone(identities(), lambda share, text: progress(PEOPLE_SHARE * share, text))
    hour = RoomSettings().time_h
    try:
        with Stage(64, 48, mode="offscreen") as stage:
            for number, name in enumerate(ROOMS):
                progress(PEOPLE_SHARE + (1 - PEOPLE_SHARE) * number / len(ROOMS), f"room: {name}")
                load_or_bake(cache_dir() / "rooms", name, hour, stage.base)
    except DeviceError:
        # nothing draws here: rooms are baked where they are first shown
        progress(1.0, "rooms: later")
    progress(1.0, "done")


def main() -> int:
    """Prepares all and tells; 3 where something is missing, 130 where it was ended."""
    end_politely()  # whoever started this, set-up or a person, may end it as they like
    try:
        environment.prepare()
        prepare(lambda share, text: print(f"{share:.3f}\t{text}", flush=True))
    except RecruiterError as error:
        print(error, file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
