"""MediaPipe's face mesh: followed at least cost, by itself, and on single pictures.

``FaceMesh.process`` builds a new named tuple type for every picture and turns the result into 478
messages, of which each is then asked for its three fields. :class:`QuickMesh` feeds the same graph
the same pictures and reads the same bytes it answers with: the landmarks are equal to the bit, at
nine tenths of the time.
"""

from __future__ import annotations

from typing import Any

from perception import environment

# MediaPipe's library reads its variables once, as it loads; with this package it opens every sound
# device then, too
environment.prepare()
environment.leave_out("sounddevice")

import numpy as np
from mediapipe.framework.formats import landmark_pb2
from mediapipe.python import packet_creator
from mediapipe.python._framework_bindings import _packet_getter, image_frame
from mediapipe.python.solutions import face_mesh
from numpy.typing import NDArray

from perception.face.base import LANDMARKS
from perception.quiet import native_stderr_muted

BLANK = np.zeros((64, 64, 3), np.uint8)
"""A picture without a face, for a first run that loads everything."""

_OUTPUT = "multi_face_landmarks"

_STEP_US = 33333
"""Microseconds from picture to picture, as ``process`` counts them."""

_RECORD = 17
"""Bytes of one serialised landmark: tag and length, then tag and float32 for each of x, y, z."""


class QuickMesh(face_mesh.FaceMesh):
    """The mesh of one face, followed from picture to picture.

    It is the library's own, with ``process`` and all; :meth:`landmarks` may be mixed with it. What
    it uses of the library's inside is that of the version this project is pinned to.
    """

    def __init__(self) -> None:
        with native_stderr_muted():
            super().__init__(max_num_faces=1, refine_landmarks=True)
            self.process(BLANK)

    def landmarks(self, image: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        """The face in the next picture.

        Args:
            image: (H, W, 3) RGB.

        Returns:
            (478, 3): x and y in pixels, z in the scale of x; None without a face.
        """
        self._graph_outputs.clear()
        self._simulated_timestamp += _STEP_US
        packet = packet_creator.create_image_frame(
            image, image_format=image_frame.ImageFormat.SRGB
        ).at(self._simulated_timestamp)
        self._graph.add_packet_to_input_stream(stream="image", packet=packet)
        self._graph.wait_until_idle()
        found = self._graph_outputs.get(_OUTPUT)
        if found is None or found.is_empty():
            return None
        return unpack(_packet_getter._get_serialized_proto_list(found)[0], image.shape)

    def forget(self) -> None:
        """Lets the face go; the next picture is searched anew."""
        with native_stderr_muted():
            self.reset()
            self.process(BLANK)


def unpack(raw: bytes, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Landmarks out of a serialised ``NormalizedLandmarkList``.

    Args:
        raw: the message.
        shape: (H, W, ...) of the picture.

    Returns:
        (478, 3): x and y in pixels, z in the scale of x.
    """
    if len(raw) == LANDMARKS * _RECORD:
        records = np.frombuffer(raw, np.uint8).reshape(LANDMARKS, _RECORD)
        fields = records[:, 2:].reshape(LANDMARKS, 3, 5)[:, :, 1:]
        points = np.ascontiguousarray(fields).view("<f4").reshape(LANDMARKS, 3)
    else:
        message = landmark_pb2.NormalizedLandmarkList.FromString(raw)
        points = np.array([(p.x, p.y, p.z) for p in message.landmark], np.float32)
    scale = np.array([shape[1], shape[0], shape[1]], np.float32)
    return np.asarray(points * scale, np.float32)


def bare_mesh() -> Any:
    """MediaPipe's face mesh by itself, as anyone would use it: what seeing is measured against.

    Returns:
        An object with ``process(image)`` and ``close()``.
    """
    with native_stderr_muted():
        mesh = face_mesh.FaceMesh(max_num_faces=1, refine_landmarks=True)
        mesh.process(BLANK)
    return mesh


class FilmMesh:
    """The bare mesh on a stream of pictures, as it follows a face while the program runs."""

    def __init__(self) -> None:
        self._mesh = QuickMesh()
        self._fresh = True

    def find(self, image: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        """Landmarks of the face that is followed, float32 (478, 3) pixels; None without one.

        Args:
            image: uint8 (H, W, 3) RGB.
        """
        found = self._mesh.landmarks(image)
        if self._fresh and found is not None:
            # the first look starts from the detector's box; those after it from the face itself
            found = self._mesh.landmarks(image)
        self._fresh = found is None
        return found

    def reset(self) -> None:
        """Forgets the face; for when another film begins."""
        self._mesh.forget()
        self._fresh = True

    def close(self) -> None:
        """Frees the mesh."""
        self._mesh.close()


class StillMesh:
    """The bare mesh on single pictures, each looked at afresh: how many faces does it see?

    Args:
        most: faces looked for at once.
    """

    def __init__(self, most: int = 4) -> None:
        with native_stderr_muted():
            self._mesh = face_mesh.FaceMesh(
                static_image_mode=True, max_num_faces=most, refine_landmarks=True
            )
            self._mesh.process(BLANK)

    def find(self, image: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """Landmarks of every face in a picture.

        Args:
            image: uint8 (H, W, 3) RGB.

        Returns:
            One float32 (478, 2) a face, in pixels.
        """
        with native_stderr_muted():
            found = self._mesh.process(image).multi_face_landmarks or ()
        size = np.array([image.shape[1], image.shape[0]], np.float32)
        return [np.array([(p.x, p.y) for p in each.landmark], np.float32) * size for each in found]

    def close(self) -> None:
        """Frees the mesh."""
        self._mesh.close()
