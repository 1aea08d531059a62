"""Whether she moves as people are reported to: blinks, gaze, nods, breath, no pops, no loops.

Minutes of talking and listening run on a clock of their own, as fast as they can be worked out,
and are judged by the poses that come of them; a shorter film of them is judged by the project's own
perception.
"""

from __future__ import annotations

import dataclasses
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from dialogue.behaviour.planner import BehaviourPlanner
from dialogue.content.persona import Persona, load_persona
from dialogue.types import AcknowledgeData, RecruiterAct, act_data
from game.bake.arkit import ARKIT_NAMES
from game.behaviour.gaze_aversion import LISTENING_SHARE, SPEAKING_SHARE
from game.behaviour.gaze_control import PLACES, GazeControl
from game.behaviour.idle import BLINKS_LISTENING, BLINKS_SPEAKING
from game.behaviour.muscles import FASTEST_OTHER_PER_S, FASTEST_PER_S
from game.behaviour.players import NOD_DEG
from game.behaviour.recruiter import Recruiter
from game.bench.closeup import SIZE, Closeup
from game.bench.lips import LINES
from game.bench.row import Row
from game.pose import Pose
from game.sound.speaker import choose_speaker
from game.stage.base import Stage
from game.voice.base import Renderer, voice_of
from perception.clock import FakeClock, SessionClock
from perception.face.headpose import HeadPoseSettings
from perception.pipeline.face import FacePipeline, SeeingSettings
from perception.types import Frame, HeadGesture

RATE_HZ = 60
CONTACT_DEG = 5.0
"""A gaze that points this near to the candidate's eyes is at their face."""
LOOP_FROM_S, LOOP_SHARE = 10.0, 0.3
"""From this lag on, no autocorrelation above this."""
_LIPS = ("mouth", "jaw", "tongue")
_LOOP_HZ = 10
_NOD_S = 1.4  # filmed nods: long enough for what follows one


@dataclass(slots=True)
class Track:
    """Poses over time, (n, ...) each."""

    t_s: NDArray[np.float64]
    head: NDArray[np.float64]
    """(n, 3) yaw, pitch, roll, degrees."""
    torso: NDArray[np.float64]
    """(n, 3) degrees."""
    eyes: NDArray[np.float64]
    """(n, 2) degrees against the head."""
    breath: NDArray[np.float64]
    """(n,) 0...1."""
    face: NDArray[np.float64]
    """(n, 52) weights in the order of ``ARKIT_NAMES``."""
    speaking: NDArray[np.bool_]
    """(n,)."""
    nods: list[tuple[int, int]]
    """First and last index of nods at full amount that nothing else moved the head in."""

    def gaze(self) -> NDArray[np.float64]:
        """(n, 2) yaw and pitch of the line of sight in the room, from eyes, head and torso."""
        yaw, pitch = np.radians(self.eyes).T
        way = np.stack(
            [np.cos(pitch) * np.sin(yaw), -np.cos(pitch) * np.cos(yaw), np.sin(pitch)], axis=1
        )
        seen = _turn(self.torso).apply(_turn(self.head).apply(way))
        return np.degrees(
            np.stack([np.arctan2(seen[:, 0], -seen[:, 1]), np.arcsin(seen[:, 2])], axis=1)
        )


def _turn(angles: NDArray[np.float64]) -> Rotation:
    yaw, pitch, roll = np.radians(angles).T
    return Rotation.from_rotvec(np.stack([-pitch, roll, yaw], axis=1))


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Simulates twenty minutes and films one.

    Args:
        quick: six minutes, and a shorter film.
        data_dir: not needed.
    """
    del data_dir
    persona = average_persona()
    track = simulate(persona, 360.0 if quick else 1200.0, seed=1)
    return [
        *_eyes(track),
        *saccades(),
        *_body(track),
        # a look down at the notes is a turn of the head: none shall fall into a nod
        *_film(average_persona(gaze_contact=1.0), 4 if quick else 12),
    ]


def average_persona(gaze_contact: float = LISTENING_SHARE) -> Persona:
    """Anna, holding gaze as much as people do on average, or more or less."""
    persona = load_persona("anna")
    manner = dataclasses.replace(persona.manner, gaze_contact=gaze_contact)
    return dataclasses.replace(persona, manner=manner)


def simulate(persona: Persona, seconds: float, seed: int, rate_hz: int = RATE_HZ) -> Track:
    """Runs an interview's alternation of lines and listening without drawing it.

    Args:
        persona: who.
        seconds: how long.
        seed: of her movements and of what happens when.
        rate_hz: poses per second.
    """
    rng = random.Random(seed)
    clock = FakeClock()
    renderer = Renderer(voice_of(persona))
    recruiter = Recruiter(persona, renderer, choose_speaker("silent", clock), seed)
    planner = BehaviourPlanner(persona, seed)
    poses: list[Pose] = []
    speaking: list[bool] = []
    nods: list[tuple[int, int]] = []
    turn_ends_s, next_signal_s, acts = 3.0, 1.0, 0
    try:
        for number in range(round(seconds * rate_hz)):
            now = number / rate_hz
            if not recruiter.delivery.busy and now >= turn_ends_s:
                # most turns are two sentences or three, some a single one with another after it
                count = rng.choice((1, 2, 2, 3))
                lines = rng.sample(LINES, count + 1)
                for text in (" ".join(lines[:count]), lines[-1])[: 1 if count > 1 else 2]:
                    renderer.get(text)
                    acts += 1
                    attitude = rng.choice(("neutral", "warm", "interested", "encouraging"))
                    act = RecruiterAct(now, "ask", text, attitude, id=f"line-{acts}")
                    recruiter.play([planner.plan(act)], now)
                turn_ends_s = float("inf")
            elif not recruiter.delivery.busy and turn_ends_s == float("inf"):
                turn_ends_s = now + rng.uniform(8.0, 26.0)
                next_signal_s = now + rng.uniform(1.5, 4.0)
                act = RecruiterAct(now, "listen", id=f"listen-{number}")
                recruiter.play([planner.plan(act)], now)
            elif not recruiter.delivery.busy and now >= next_signal_s:
                gesture = rng.choice(("nod", "nod", "nod", "smile", "brow_raise"))
                data = act_data(
                    "acknowledge", {"gesture": gesture, "strength": 1.0, "repetition": 1}
                )
                act = RecruiterAct(
                    now, "acknowledge", "", "encouraging", id=f"ack-{number}", data=data
                )
                recruiter.play([planner.plan(act)], now)
                if gesture == "nod" and turn_ends_s - now > 1.0:
                    nods.append((number, number + round(0.6 * rate_hz)))
                next_signal_s = now + rng.uniform(3.0, 9.0)
            poses.append(recruiter.advance(now))
            speaking.append(recruiter.speaking)
            clock.sleep(1 / rate_hz)
    finally:
        renderer.close()
    return _track(poses, speaking, [nod for nod in nods if nod[1] < len(poses)], rate_hz)


def _track(
    poses: list[Pose], speaking: list[bool], nods: list[tuple[int, int]], rate_hz: int
) -> Track:
    place = {name: index for index, name in enumerate(ARKIT_NAMES)}
    face = np.zeros((len(poses), len(ARKIT_NAMES)))
    for row, pose in zip(face, poses, strict=True):
        for name, weight in pose.expressions.items():
            row[place[name]] = weight
    return Track(
        t_s=np.arange(len(poses)) / rate_hz,
        head=np.array([[p.head.yaw_deg, p.head.pitch_deg, p.head.roll_deg] for p in poses]),
        torso=np.array([[p.torso.yaw_deg, p.torso.pitch_deg, p.torso.roll_deg] for p in poses]),
        eyes=np.array([[p.eyes.yaw_deg, p.eyes.pitch_deg] for p in poses]),
        breath=np.array([p.breath for p in poses]),
        face=face,
        speaking=np.array(speaking),
        nods=nods,
    )


def blinks_per_min(track: Track, speaking: bool) -> float:
    """Blinks a minute while she speaks, or listens, by the lids of the poses."""
    lids = track.face[:, ARKIT_NAMES.index("eyeBlinkLeft")]
    begins = np.flatnonzero((lids[1:] > 0.3) & (lids[:-1] <= 0.3)) + 1
    minutes = float(np.sum(track.speaking == speaking)) * float(np.diff(track.t_s[:2])[0]) / 60
    return float(np.sum(track.speaking[begins] == speaking)) / minutes


def contact(track: Track) -> NDArray[np.bool_]:
    """(n,) whether her gaze is at the candidate's face."""
    return np.hypot(*track.gaze().T) <= CONTACT_DEG


def bouts_s(at: NDArray[np.bool_], rate_hz: float) -> NDArray[np.float64]:
    """(m,) lengths in seconds of the stretches in which ``at`` holds; gaps under 0.1 s are none."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], at.astype(np.int8), [0]))))
    spans: list[list[int]] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if spans and start - spans[-1][1] < 0.1 * rate_hz:
            spans[-1][1] = end
        else:
            spans.append([start, end])
    return np.array([(end - start) / rate_hz for start, end in spans])


def slider_speeds(track: Track) -> tuple[float, float]:
    """Largest speed of a slider, weights per second: of the face's own, of lips and lids."""
    step = float(np.diff(track.t_s[:2])[0])
    speeds = np.abs(np.diff(track.face, axis=0)).max(axis=0) / step
    quick = np.array([name.startswith((*_LIPS, "eyeBlink")) for name in ARKIT_NAMES])
    return float(speeds[~quick].max()), float(speeds[quick].max())


def loop_share(track: Track) -> tuple[float, float]:
    """Highest autocorrelation of the movement as a whole beyond ``LOOP_FROM_S``, and its lag.

    Head, gaze, torso and the face's livelier sliders, each about its mean and by its own spread,
    are compared with themselves at every lag up to half the time; the mean over the tracks counts.
    """
    every = round(1 / (float(np.diff(track.t_s[:2])[0]) * _LOOP_HZ))
    columns = np.concatenate([track.head, track.gaze(), track.torso, track.face], axis=1)[::every]
    columns = columns[:, columns.std(axis=0) > 1e-3]
    columns = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    count = len(columns)
    power = np.abs(np.fft.rfft(columns, 2 * count, axis=0)) ** 2
    same = np.fft.irfft(power.mean(axis=1))[:count] / np.arange(count, 0, -1)
    first, last = round(LOOP_FROM_S * _LOOP_HZ), count // 2
    best = first + int(np.argmax(same[first:last]))
    return float(same[best] / same[0]), best / _LOOP_HZ


def _eyes(track: Track) -> list[Row]:
    rows = []
    at = contact(track)
    for speaking, rate, share in (
        (False, BLINKS_LISTENING, LISTENING_SHARE),
        (True, BLINKS_SPEAKING, SPEAKING_SHARE),
    ):
        state = "speaking" if speaking else "listening"
        now = track.speaking == speaking
        blinks = blinks_per_min(track, speaking)
        rows.append(_near("blinks, " + state, blinks, "1/min", rate, 0.15 * rate))
        rows.append(
            _near("gaze at the candidate, " + state, float(at[now].mean()), "", share, 0.07)
        )
    bouts = bouts_s(at, RATE_HZ)
    middle = float(np.median(bouts))
    rows.append(Row("movement", "mutual gaze, median bout", middle, "s", "2 … 4", 2 <= middle <= 4))
    return rows


def saccades(seed: int = 3) -> list[Row]:
    """The main sequence of her saccades, sampled at 1 kHz."""
    rng = random.Random(seed)
    control = GazeControl(rng)
    places = sorted(PLACES)
    line: list[tuple[float, float]] = []
    for number in range(60_000):
        if number % 700 == 0:
            control.look(rng.choice([name for name in places if name != control.place]))
        control.advance(number / 1000)
        line.append((control.line.yaw_deg, control.line.pitch_deg))
    path = np.array(line)
    speed = np.hypot(*np.gradient(path, 0.001, axis=0).T)
    moving = np.concatenate(([0], (speed > 30.0).astype(np.int8), [0]))
    sizes, lengths, peaks = [], [], []
    for start, end in np.flatnonzero(np.diff(moving)).reshape(-1, 2).tolist():
        size = float(np.hypot(*(path[min(end, len(path) - 1)] - path[start])))
        if size >= 1.5 and end - start < 150:
            sizes.append(size)
            lengths.append((end - start) / 1000)
            peaks.append(float(speed[start:end].max()))
    per_deg_s, base_s = np.polyfit(sizes, lengths, 1)
    near_ten = [peak for peak, size in zip(peaks, sizes, strict=True) if 8 < size < 12]
    peak = float(np.median(near_ten)) if near_ten else None
    return [
        _near(f"saccades, time per degree ({len(sizes)})", 1000 * per_deg_s, "ms/°", 2.45, 0.5),
        _near("saccades, time at 0°", 1000 * base_s, "ms", 22, 8),
        Row(
            "movement",
            "saccades, peak speed of 10°",
            peak,
            "°/s",
            "250 … 450",
            None if peak is None else 250 <= peak <= 450,
        ),
    ]


def _body(track: Track) -> list[Row]:
    swings = [np.ptp(track.head[start:end, 1]) for start, end in track.nods]
    half = RATE_HZ // 2
    breath = np.convolve(track.breath, np.hanning(half) / np.hanning(half).sum(), mode="same")
    tops = (breath[1:-1] > breath[:-2]) & (breath[1:-1] >= breath[2:]) & (breath[1:-1] > 0.4)
    own, quick = slider_speeds(track)
    share, lag_s = loop_share(track)
    per_min = float(tops.sum()) / (track.t_s[-1] / 60)
    fastest = max(FASTEST_OTHER_PER_S, *FASTEST_PER_S.values())
    nod = float(np.median(swings))
    return [
        _near(f"nods at full amount, poses ({len(swings)})", nod, "°", NOD_DEG, 1.0),
        Row("movement", "breaths", per_min, "1/min", "12 … 18", 12 <= per_min <= 18),
        Row.at_most("movement", "fastest slider, lids and lips apart", own, "1/s", fastest),
        Row("movement", "fastest of lids and lips", quick, "1/s"),
        Row.at_most(
            "movement",
            f"likest to itself after ≥ {LOOP_FROM_S:g} s (at {lag_s:.0f} s)",
            share,
            "",
            LOOP_SHARE,
        ),
    ]


def _film(persona: Persona, nods: int) -> list[Row]:
    """What perception reads in pictures of her listening and nodding."""
    found: list[HeadGesture] = []
    real_clock = SessionClock()  # for how long a reading took, which is not asked here
    lids: list[float] = []
    frames = 0
    with Stage(*SIZE, mode="offscreen") as stage:
        closeup = Closeup(stage, persona, seed=2)
        optics = HeadPoseSettings(horizontal_fov_deg=closeup.horizontal_fov_deg)
        pipeline = FacePipeline(SeeingSettings(pose=optics))
        try:
            for _ in range(nods):
                data = AcknowledgeData("nod", 1.0, 1)
                now = closeup.clock.now()
                act = RecruiterAct(now, "acknowledge", "", "warm", id=f"nod-{now}", data=data)
                # two seconds for the head to be still before each nod, as a listener's mostly is
                for part, seconds in enumerate((2.0, _NOD_S)):
                    if part == 1:
                        closeup.act(act)
                    for shot in closeup.film(seconds):
                        frames += 1
                        lids.append(shot.pose.expressions.get("eyeBlinkLeft", 0.0))
                        seen = pipeline.process_frame(
                            Frame(shot.t_s, frames, shot.picture), real_clock
                        )
                        found += [item for item in seen if isinstance(item, HeadGesture)]
        finally:
            pipeline.close()
            closeup.close()
    read = [gesture.amplitude for gesture in found if gesture.kind == "nod"]
    closed = np.array(lids) > 0.6
    made = int(np.sum(closed[1:] & ~closed[:-1]))
    return [
        Row.at_least("movement", f"nods read in pictures, of {nods}", len(read) / nods, "", 0.8),
        _near(
            "nods read in pictures, median",
            float(np.median(read)) if read else None,
            "°",
            NOD_DEG,
            1.5,
        ),
        Row(
            "movement",
            f"blinks read in pictures, of {made}",
            float(sum(gesture.kind == "blink" for gesture in found)),
            "",
        ),
    ]


def _near(figure: str, value: float | None, unit: str, aim: float, within: float) -> Row:
    met = None if value is None else abs(value - aim) <= within
    return Row("movement", figure, value, unit, f"{aim:g} ± {within:g}", met)
