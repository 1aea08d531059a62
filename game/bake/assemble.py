"""An identity, from numbers to a seated, clothed, painted model."""

from __future__ import annotations

import json

import numpy as np
from panda3d.core import NodePath

from game.bake import body, clothes, eyes, glasses, hair, occlusion, skin
from game.bake.character import character_of
from game.bake.identity import Identity, sides
from game.bake.source import Floats, base_mesh, expression_targets, rig_of, shaped_vertices

SEAT_M = 0.46
"""Height of the seat over the floor."""
_UNDER_HIPS_M = 0.085
"""From the hips' joint down to the compressed seat."""


def rested(who: Identity, targets: dict[str, Floats]) -> Floats:
    """The resting face's displacements.

    What is there at rest is taken off the expressions, so that each ends where it would have
    ended, and a blink is lengthened by what rest opens the lids.
    """
    moved = np.zeros_like(targets["jawOpen"])
    for name, weight in who.rest.items():
        for expression in sides(name):
            moved += weight * targets[expression]
            if expression.startswith("eyeWide"):
                blink = expression.replace("eyeWide", "eyeBlink")
                targets[blink] = targets[blink] - weight * targets[expression]
            targets[expression] = targets[expression] * (1.0 - weight)
    return moved


def assemble(who: Identity, progress) -> NodePath:  # noqa: ANN001
    """Builds the model of one identity.

    Args:
        who: the identity.
        progress: called with the share done and a few words.

    Returns:
        The model; the tag ``human`` holds what :class:`game.figure.human.Human` needs.
    """
    progress(0.02, f"{who.name}: reading the body")
    mesh = base_mesh()
    vertices = shaped_vertices(who)
    rig = rig_of(vertices)
    hips = rig.heads["spine05"]
    shift = np.array([0.0, -hips[1], SEAT_M + _UNDER_HIPS_M - hips[2]])
    vertices = vertices + shift
    rig = rig_of(vertices)
    vertices = body.with_legs_seated(vertices)
    progress(0.10, f"{who.name}: reading expressions")
    targets = expression_targets()
    vertices = vertices + who.lips_closed * targets["mouthClose"]
    vertices = vertices + rested(who, targets)
    figure = body.Figure(who, mesh, vertices, rig, targets)
    if hair.covers_ears(who):
        hair.flatten_ears(figure)
    progress(0.25, f"{who.name}: painting skin")
    parts = [*skin.skin_parts(figure)]
    progress(0.60, f"{who.name}: eyes and mouth")
    parts += [*eyes.eye_parts(figure), *body.mouth_parts(figure)]
    progress(0.70, f"{who.name}: clothes")
    parts += clothes.clothes_parts(figure)
    progress(0.80, f"{who.name}: hair")
    parts += hair.hair_parts(figure)
    parts += glasses.glasses_parts(figure)
    occlusion.shade(parts)
    progress(0.90, f"{who.name}: writing")
    model = character_of(parts, rig)
    eye_height = float((rig.heads["eye.L"][2] + rig.heads["eye.R"][2]) / 2)
    meta = {
        "joints": {n: [float(x) for x in rig.heads[n]] for n in rig.names},
        "parents": rig.parents,
        "palm": {side: figure.palm(side).tolist() for side in ("L", "R")},
        "eye_height_m": eye_height,
    }
    model.set_tag("human", json.dumps(meta))
    progress(1.0, f"{who.name}: done")
    return model
