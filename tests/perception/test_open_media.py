"""What people name as recordings, opened by the one function that opens them."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np
import pytest

from game.app.tracks import check_recording, tracks
from perception.camera.camera_file import probe
from perception.errors import InputError
from perception.microphone.decoding import read_sound
from perception.named_file import shown_name
from tests.candidate_media import write_wav
from tests.without_rights import without_rights

TONE = 0.3 * np.sin(2 * np.pi * 220 * np.arange(8000) / 16_000)


def tagged(path: Path, title: bytes) -> Path:
    """Half a second of a tone with a title in whatever encoding."""
    whole = write_wav(path, TONE).read_bytes()
    value = title + b"\0" * (2 - len(title) % 2)
    info = b"INFOINAM" + struct.pack("<I", len(value)) + value
    chunks = whole[12:36] + b"LIST" + struct.pack("<I", len(info)) + info + whole[36:]
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
    return path


def with_cover(path: Path, picture: bytes) -> Path:
    """An MP3 whose ID3 tag carries a cover."""
    import av

    with av.open(str(path), "w") as target:
        stream = target.add_stream("libmp3lame", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(TONE[None].astype(np.float32), "fltp", "mono")
        frame.sample_rate = 16_000
        target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    body = b"\0image/png\0\x03\0" + picture
    tag = b"APIC" + struct.pack(">I", len(body)) + b"\0\0" + body
    size = bytes(len(tag) >> shift & 127 for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\x03\0\0" + size + tag + path.read_bytes())
    return path


def test_a_tag_may_be_in_any_encoding(tmp_path: Path) -> None:
    path = tagged(tmp_path / "e9.wav", b"R\xe9sum\xe9")
    assert tracks(path) == (False, True, 0.5)
    assert len(read_sound(path)) == 8000


def test_a_cover_is_no_picture(tmp_path: Path) -> None:
    import cv2

    picture = cv2.imencode(".png", np.zeros((32, 32, 3), np.uint8))[1].tobytes()
    path = with_cover(tmp_path / "cover.mp3", picture)
    assert tracks(path)[:2] == (False, True)
    with pytest.raises(InputError, match="only sound"):
        probe(path)


def test_music_with_a_cover_is_sound_alone_in_whatever_format(tmp_path: Path) -> None:
    import av
    import cv2

    picture = np.full((32, 32, 3), 90, np.uint8)
    with av.open(str(tmp_path / "a.m4a"), "w", format="mp4") as target:
        sound = target.add_stream("aac", rate=16_000, layout="mono")
        cover = target.add_stream("png", width=32, height=32, pix_fmt="rgb24")
        cover.disposition = av.stream.Disposition.attached_pic
        target.mux(cover.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        target.mux(cover.encode(None))
        frame = av.AudioFrame.from_ndarray(TONE[None].astype(np.float32), "fltp", "mono")
        frame.sample_rate = 16_000
        target.mux(sound.encode(frame))
        target.mux(sound.encode(None))
    with av.open(str(tmp_path / "a.flac"), "w") as target:
        sound = target.add_stream("flac", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray((32_767 * TONE[None]).astype(np.int16), "s16", "mono")
        frame.sample_rate = 16_000
        target.mux(sound.encode(frame))
        target.mux(sound.encode(None))
    png = cv2.imencode(".png", picture)[1].tobytes()
    block = struct.pack(">II9s5II", 3, 9, b"image/png", 0, 32, 32, 24, 0, len(png)) + png
    whole = (tmp_path / "a.flac").read_bytes()  # its first block (38 bytes) is to stay the first
    head = b"\6" + len(block).to_bytes(3, "big")
    (tmp_path / "a.flac").write_bytes(whole[:42] + head + block + whole[42:])
    for name in ("a.m4a", "a.flac"):
        with av.open(str(tmp_path / name)) as container:
            assert container.streams.video, "the cover as FFmpeg has it"
        check_recording(tmp_path / name)
        assert tracks(tmp_path / name)[:2] == (False, True)
        assert len(read_sound(tmp_path / name)) >= 8000


@pytest.mark.parametrize(
    "name",
    [b"http:a.wav", b"concat:a|b", b"-i.wav", b"pipe:0", b"caf\xe9.wav", b"a%03d.wav", b"a\nb.wav"],
)
def test_a_name_is_nothing_but_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: bytes
) -> None:
    write_wav(tmp_path / "plain.wav", TONE)
    os.rename(tmp_path / "plain.wav", os.fsencode(tmp_path) + b"/" + name)
    monkeypatch.chdir(tmp_path)
    path = Path(os.fsdecode(name))
    assert tracks(path) == (False, True, 0.5)
    assert shown_name(path.name).encode("utf-8")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\nplain.wav\n#EXT-X-ENDLIST\n"),
        ("list.ffconcat", "ffconcat version 1.0\nfile plain.wav\n"),
        ("list.sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=audio 5004 RTP/AVP 0\n"),
    ],
)
def test_a_list_of_other_files_is_not_followed(tmp_path: Path, name: str, text: str) -> None:
    write_wav(tmp_path / "plain.wav", TONE)
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match="points to other files"):
        tracks(tmp_path / name)


@pytest.mark.parametrize("name", ["t.txt", "t.srt", "t.html", "t.csv", "t.nfo"])
def test_text_is_no_recording(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("1\n00:00:00,000 --> 00:00:02,000\nHello\n\n" * 20)
    for opened in (tracks, probe, read_sound):
        with pytest.raises(InputError, match="a text file, not a recording"):
            opened(tmp_path / name)


def test_what_is_no_file_is_told_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "empty").touch()
    told = {"pipe": "a pipe", "gone": "a link to nowhere", "empty": "is empty", "none": "no such"}
    for name, words in told.items():
        for opened in (tracks, probe, read_sound):
            with pytest.raises(InputError, match=words):
                opened(tmp_path / name)


def test_what_may_not_be_read_is_told_as_such(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", TONE)
    path.chmod(0)
    with without_rights():
        for opened in (tracks, probe, read_sound):
            with pytest.raises(InputError, match="may not be read"):
                opened(path)


def test_one_picture_is_no_recording(tmp_path: Path) -> None:
    import cv2

    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((32, 32, 3), np.uint8))
    assert probe(tmp_path / "a.png").still
    with pytest.raises(InputError, match="a single picture"):
        tracks(tmp_path / "a.png")
