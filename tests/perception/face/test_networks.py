"""The small networks: what numpy works out is what torch would, and weights that are no weights."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from game.bake.arkit import ARKIT_NAMES
from perception.errors import ModelError
from perception.face.networks import (
    EyeNetwork,
    FaceNetwork,
    Rest,
    against_rest,
    eye_network,
    face_network,
)

NAMES = ("jawOpen", "mouthSmileLeft", "browInnerUp")
LANDMARKS = (4, 33, 263, 61, 291)
HIDDEN = 16
EYE_OUT = 8
"""Two angles, closure, two errors, three lids."""


def write(path: Path, about: dict, **arrays) -> Path:
    np.savez(path, about=np.array(json.dumps(about)), **arrays)
    return path


def random_layers(rng, *sizes):
    """w0, b0 ... of fully connected layers, as they are kept: halves, (out, in)."""
    kept = {}
    for number, (given, out) in enumerate(itertools.pairwise(sizes)):
        kept[f"w{number}"] = (rng.normal(0, 1, (out, given)) / np.sqrt(given)).astype(np.float16)
        kept[f"b{number}"] = rng.normal(0.2, 0.3, out).astype(np.float16)
    return kept


def as_torch(arrays) -> nn.Sequential:
    """The same layers in torch."""
    layers: list[nn.Module] = []
    count = sum(name.startswith("w") for name in arrays)
    for i in range(count):
        weight, bias = (torch.from_numpy(arrays[f"{n}{i}"].astype(np.float32)) for n in "wb")
        layer = nn.Linear(weight.shape[1], weight.shape[0])
        layer.weight, layer.bias = nn.Parameter(weight), nn.Parameter(bias)
        layers += [layer, nn.LeakyReLU(0.01)]
    return nn.Sequential(*layers[:-1])


@pytest.fixture
def face_arrays():
    rng = np.random.default_rng(1)
    m = len(LANDMARKS)
    return {
        "index": np.array(LANDMARKS, np.int16),
        "mean": rng.normal(0, 0.4, (m, 3)).astype(np.float16),
        "scale": rng.uniform(0.02, 0.1, (m, 3)).astype(np.float16),
        "delta_scale": rng.uniform(0.01, 0.05, (m, 3)).astype(np.float16),
        **random_layers(rng, 6 * m + 4, HIDDEN, HIDDEN, len(NAMES) + 3),
    }


@pytest.fixture
def eye_arrays():
    rng = np.random.default_rng(2)
    return {
        "c0": (rng.normal(0, 1, (4, 1, 5, 5)) / 5).astype(np.float16),
        "cb0": rng.normal(0, 0.2, 4).astype(np.float16),
        "c1": (rng.normal(0, 1, (6, 4, 3, 3)) / 6).astype(np.float16),
        "cb1": rng.normal(0, 0.2, 6).astype(np.float16),
        **random_layers(rng, 6 * 5 * 8 + 45, HIDDEN, EYE_OUT),
    }


FACE_ABOUT = {"names": list(NAMES), "turn_scale_deg": 5.0}
EYE_ABOUT = {"gaze_scale_deg": 15.0}


# -- the face ---------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [True, False])
def test_the_face_network_is_torch_s(tmp_path, face_arrays, known):
    network = FaceNetwork(write(tmp_path / "face.npz", FACE_ABOUT, **face_arrays))
    rng = np.random.default_rng(3)
    net = as_torch(face_arrays)
    whole = {name: face_arrays[name].astype(np.float32) for name in ("mean", "scale")}
    spread = face_arrays["delta_scale"].astype(np.float32)
    told = []
    for _ in range(20):
        points = np.zeros((478, 3))
        points[list(LANDMARKS)] = whole["mean"] + rng.normal(0, 0.05, (len(LANDMARKS), 3))
        own = points[list(LANDMARKS)].astype(np.float32)
        rest = own + rng.normal(0, 0.03, own.shape).astype(np.float32)
        pose = tuple(rng.normal(0, 20, 3))
        answer = network.predict(points, pose, Rest(rest) if known else None)
        away = (own - rest) / spread if known else np.zeros_like(own)
        shape = (own - whole["mean"]) / whole["scale"]
        given = np.concatenate([shape.ravel(), away.ravel(), np.array(pose) / 30.0, [known]])
        with torch.no_grad():
            out = net(torch.from_numpy(given.astype(np.float32))).numpy()
        assert answer.coefficients == pytest.approx(np.clip(out[:3], 0, 1), abs=1e-4)
        assert answer.turn_deg == pytest.approx(5.0 * out[3:], abs=1e-3)
        told.append(answer.coefficients)
    assert np.std(told) > 0.1, "faces that differ are told differently"
    assert network.names == NAMES and network.index.tolist() == list(LANDMARKS)


# -- the eyes ---------------------------------------------------------------------------------


def eye_pictures(rng):
    pictures = rng.integers(0, 256, (2, 20, 32)).astype(np.uint8)
    points = rng.normal(0, 5, (2, 21, 2)).astype(np.float32)
    return pictures, points


def test_the_eye_network_is_torch_s(tmp_path, eye_arrays):
    network = EyeNetwork(write(tmp_path / "eyes.npz", EYE_ABOUT, **eye_arrays))
    net = as_torch(eye_arrays)
    kernels = [
        tuple(torch.from_numpy(eye_arrays[f"{n}{i}"].astype(np.float32)) for n in ("c", "cb"))
        for i in (0, 1)
    ]
    rng = np.random.default_rng(5)
    for _ in range(10):
        pictures, points = eye_pictures(rng)
        yaw, pitch, roll = (float(v) for v in rng.normal(0, 20, 3))
        answer = network.predict(pictures, points, (yaw, pitch, roll))
        for side, sign in ((0, 1.0), (1, -1.0)):
            light = pictures[side].astype(np.float32)
            image = torch.from_numpy((light - light.mean()) / (light.std() + 6.0))[None, None]
            for weight, bias in kernels:
                image = nn.functional.conv2d(
                    image, weight, bias, stride=2, padding=weight.shape[2] // 2
                )
                image = nn.functional.leaky_relu(image, 0.01)
            angles = np.array([sign * yaw, pitch, sign * roll], np.float32) / 30.0
            beside = np.concatenate([points[side].ravel() / 10.0, angles]).astype(np.float32)
            with torch.no_grad():
                out = net(torch.cat([image.flatten(), torch.from_numpy(beside)])).numpy()
            gaze = 15.0 * out[:2] * (sign, 1.0)
            assert answer.gaze_deg[side] == pytest.approx(gaze, abs=2e-3)
            assert answer.closure[side] == pytest.approx(np.clip(out[2], 0, 1), abs=1e-4)
            error = 15.0 * np.exp(np.clip(out[3:5], -3.0, 2.0))
            assert answer.error_deg[side] == pytest.approx(error, rel=1e-3)
            assert answer.lids[side] == pytest.approx(out[5:], abs=1e-4)


def test_a_face_in_the_mirror_looks_the_other_way(tmp_path, eye_arrays):
    network = EyeNetwork(write(tmp_path / "eyes.npz", EYE_ABOUT, **eye_arrays))
    pictures, points = eye_pictures(np.random.default_rng(6))
    straight = network.predict(pictures, points, (12.0, -7.0, 5.0))
    # the mirror exchanges the eyes; their pictures are brought to one form already
    mirrored = network.predict(pictures[::-1], points[::-1], (-12.0, -7.0, -5.0))
    assert mirrored.gaze_deg[::-1] == pytest.approx(straight.gaze_deg * (-1, 1), abs=1e-4)
    assert mirrored.closure[::-1] == pytest.approx(straight.closure, abs=1e-5)
    assert mirrored.lids[::-1] == pytest.approx(straight.lids, abs=1e-5)
    assert abs(straight.gaze_deg[0, 0] - straight.gaze_deg[1, 0]) > 1.0, "not by being all alike"


def test_light_and_contrast_of_an_eye_hardly_matter(tmp_path, eye_arrays):
    network = EyeNetwork(write(tmp_path / "eyes.npz", EYE_ABOUT, **eye_arrays))
    pictures, points = eye_pictures(np.random.default_rng(7))
    dim = (30 + 0.6 * pictures.astype(np.float32)).round().astype(np.uint8)
    day, evening = (network.predict(p, points, (0.0, 0.0, 0.0)) for p in (pictures, dim))
    assert evening.gaze_deg == pytest.approx(day.gaze_deg, abs=1.0)
    grey = network.predict(np.full_like(pictures, 128), points, (0.0, 0.0, 0.0))
    assert np.isfinite(grey.gaze_deg).all(), "an eye beyond the picture's edge"
    assert np.abs(grey.gaze_deg - day.gaze_deg).max() > 1.0


# -- against rest -----------------------------------------------------------------------------


def test_lids_are_told_against_a_resting_face():
    told = np.array([[0.5, 0.2, 1.2], [0.1, 0.95, -0.3]], np.float32)
    rest = np.array([[0.2, 0.2, 0.2], [0.3, 0.9, 0.0]], np.float32)
    expected = [[0.3 / 0.8, 0.0, 1.0], [0.0, 0.05 / 0.3, 0.0]]
    assert against_rest(told, rest) == pytest.approx(np.array(expected), abs=1e-6)
    assert against_rest(told, None) == pytest.approx(np.clip(told, 0, 1))
    assert against_rest(rest, rest) == pytest.approx(np.zeros((2, 3)))


# -- the weights ------------------------------------------------------------------------------


def damaged(kind: str, path: Path, arrays) -> Path:
    whole = write(path, FACE_ABOUT, **arrays)
    packed = whole.read_bytes()
    if kind == "missing":
        whole.unlink()
    elif kind == "empty":
        whole.write_bytes(b"")
    elif kind == "cut off":
        whole.write_bytes(packed[: len(packed) // 2])
    elif kind == "its end is lost":
        whole.write_bytes(packed[:-8])
    elif kind == "a bit flipped":
        middle = packed.index(b"w0.npy") + 300
        whole.write_bytes(packed[:middle] + bytes([packed[middle] ^ 16]) + packed[middle + 1 :])
    elif kind == "words":
        whole.write_text("these are no weights\n" * 50)
    elif kind == "one array":
        np.save(whole.with_suffix(".npy"), np.zeros(3))
        whole.with_suffix(".npy").replace(whole)
    elif kind == "nothing said of it":
        np.savez(whole, **arrays)
    elif kind == "half of a sentence":
        np.savez(whole, about=np.array('{"names": ['), **arrays)
    elif kind == "no names":
        write(whole, {"turn_scale_deg": 5.0}, **arrays)
    elif kind == "no landmarks":
        write(whole, FACE_ABOUT, **{n: a for n, a in arrays.items() if n != "index"})
    elif kind == "a layer is missing":
        write(whole, FACE_ABOUT, **{n: a for n, a in arrays.items() if n != "b1"})
    elif kind == "another version's":
        write(whole, FACE_ABOUT, **{**arrays, "w0": arrays["w0"][:, :-5]})
    return whole


@pytest.mark.parametrize(
    "kind",
    [
        "missing",
        "empty",
        "cut off",
        "its end is lost",
        "a bit flipped",
        "words",
        "one array",
        "nothing said of it",
        "half of a sentence",
        "no names",
        "no landmarks",
        "a layer is missing",
        "another version's",
    ],
)
def test_weights_that_are_none_are_said_in_one_line(tmp_path, face_arrays, kind):
    path = damaged(kind, tmp_path / "face.npz", face_arrays)
    with pytest.raises(ModelError) as caught:
        FaceNetwork(path)
    said = str(caught.value)
    assert str(path) in said and "models train expression" in said
    assert "\n" not in said


def test_eye_weights_of_another_version_are_said(tmp_path, eye_arrays):
    last = {name: eye_arrays[name][:5] for name in ("w1", "b1")}  # without lids
    path = write(tmp_path / "eyes.npz", EYE_ABOUT, **{**eye_arrays, **last})
    with pytest.raises(ModelError, match=r"eyes\.npz"):
        EyeNetwork(path)


# -- those that ship --------------------------------------------------------------------------


def test_the_networks_that_ship_tell_every_coefficient_between_them():
    looks = {name for name in ARKIT_NAMES if name.startswith("eyeLook")}
    assert set(face_network().names) | looks == set(ARKIT_NAMES)
    assert len(set(face_network().names)) == len(face_network().names)
    assert face_network() is face_network() and eye_network() is eye_network()


def test_the_networks_that_ship_call_their_own_mean_a_resting_face():
    network = face_network()
    points = np.zeros((478, 3))
    points[network.index] = network.mean
    told = dict(
        zip(
            network.names,
            network.predict(points, (0.0, 0.0, 0.0), Rest(network.mean)).coefficients,
            strict=True,
        )
    )
    strong = {name: value for name, value in told.items() if value > 0.35 and "eye" not in name}
    assert strong == {}
