"""The notebook's page goes over with the hand that carries it."""

from __future__ import annotations

import random

import numpy as np
import pytest
from panda3d.core import Vec3

from dialogue.types import Behaviour
from game.bake.identity import identities
from game.behaviour.gesturing import Gesturer
from game.behaviour.players import Active
from game.behaviour.spans import fit, usual_spans
from game.figure.pose3d import apply_pose
from game.places import NOTEBOOK
from game.pose import Pose
from game.scene.held_page import HeldPage
from game.scene.room import Room

pytestmark = [pytest.mark.render, pytest.mark.slow]


def turning() -> Active:
    behaviour = Behaviour("g", "gesture", {"lexeme": "TURN_PAGE"})
    return Active(behaviour, fit(usual_spans(behaviour), {"start": 0.0}))


@pytest.mark.parametrize("who", identities())
def test_the_page_goes_over_with_the_hand(stage, who):
    room = Room(stage, who, self_view=False)
    try:
        human, cue, player = room.human, turning(), Gesturer(random.Random(3))
        page = HeldPage(room.office.near, room.office.pen, human)
        edges, gaps = [], []
        for i in range(180):
            t_s = i / 60
            turn = player.advance(t_s, [] if cue.over(t_s) else [cue])
            apply_pose(human, Pose(torso=turn.torso, left=turn.left, right=turn.right))
            page.set_lift(turn.page)
            if not 0.0 < turn.page < 1.0:
                continue
            edges.append(page.edge_m)
            if 0.15 < turn.page < 0.6:
                arm = human.arms["R"]
                tips = [arm.wrist + arm.turned.xform(at) for at in arm.hand.grip_points()[:2]]
                away = (tips[0] + tips[1]) / 2.0 - Vec3(*NOTEBOOK.center)
                turned = np.radians(NOTEBOOK.yaw_deg)
                across = -(away.x * np.cos(turned) + away.y * np.sin(turned))
                gaps.append(np.hypot(across - page.edge_m[0], away.z - page.edge_m[1]))
        page.remove()
    finally:
        room.close()
        stage.step()  # the driver lets go of a room with the next frame
    way, width = np.array(edges), NOTEBOOK.size[0] / 2.0
    assert way[0, 0] > 0.96 * width
    assert way[-1, 0] < -0.96 * width
    assert way[:, 1].min() >= 0.0
    assert way[:, 1].max() > 0.07
    assert np.linalg.norm(np.diff(way, axis=0), axis=1).max() < 0.035  # carried, not flung
    assert max(gaps) < 0.05  # the fingers are at the edge


def test_the_sheet_is_seen_while_it_is_turned_only(stage):
    room, player, cue = Room(stage, "anna", self_view=False), Gesturer(random.Random(3)), turning()
    try:
        pictures = {}
        middle_s = cue.times["strokeStart"] + 0.4
        for i in range(round(middle_s * 60) + 1):
            turn = player.advance(i / 60, [cue])
        for page in (0.0, turn.page, 1.0):
            for _ in range(2):
                room.draw(Pose(left=turn.left, right=turn.right, page=page))
            pictures[page] = stage.picture().astype(int)
    finally:
        room.close()
        stage.step()  # the driver lets go of a room with the next frame
    before, carried, after = pictures.values()
    assert np.array_equal(before, after)
    changed = np.abs(carried - before).max(axis=2) > 12
    assert changed.mean() > 0.0015
    rows, columns = np.nonzero(changed)
    assert rows.min() > 0.6 * changed.shape[0]
    assert columns.max() < 0.5 * changed.shape[1]
    # paper, as light as the page below it
    assert np.median(carried[changed].mean(axis=1)) > 150
