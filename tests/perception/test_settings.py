"""Settings: what is refused, and that every refusal is one line that helps."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest

from game.settings import Settings, as_table, load_settings
from perception.errors import InputError, SettingsError
from perception.settings import (
    Count,
    Positive,
    Share,
    at_least,
    between,
    build,
    checked,
    faults,
    in_order,
    one_of,
)
from perception.toml_files import read_toml

BULBS = {"led": 1, "halogen": 2}


@checked
@dataclass(frozen=True, slots=True)
class Bulb:
    kind: Annotated[str, one_of(BULBS)] = "led"
    power_hz: Positive = 1.0


@checked
@dataclass(frozen=True, slots=True)
class Lamp:
    title: str
    bulb: Bulb
    width: Annotated[int, between(5, 60)] = 30
    hold_s: Annotated[float, between(0, 10)] = 0.0
    rise_s: float = 1.0
    shade: tuple[Share, Share, Share] = (0.0, 0.5, 1.0)
    names: tuple[str, ...] = ()
    spares: tuple[Bulb, ...] = ()
    weights: dict[str, Share] = field(default_factory=dict)
    mode: Literal["auto", "yes", "no"] = "auto"
    hour: Annotated[float, between(8, 19)] | Literal["now"] = 10.0
    most: Count | None = None
    words: Annotated[int, at_least(5)] = 5
    on: bool = True
    name: str = ""

    def __post_init__(self) -> None:
        in_order(self, "hold_s <= rise_s")


def refusal(**table: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        build(Lamp, {"title": "desk", "bulb": {}} | table, "lamp.toml", name="lamp")
    said = str(caught.value)
    assert "\n" not in said and len(said) < 400
    return said


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"width": 3}, "width is 3; use 5 to 60"),
        ({"width": "30"}, "width is '30'; expected whole number; use 5 to 60"),
        ({"width": True}, "width is True; expected whole number; use 5 to 60"),
        ({"width": 30.0}, "width is 30.0; expected whole number; use 5 to 60"),
        ({"hold_s": math.nan}, "hold_s is nan; use 0 to 10 seconds"),
        ({"hold_s": -math.inf}, "hold_s is -inf; use 0 to 10 seconds"),
        ({"hold_s": "1"}, "hold_s is '1'; expected number; use 0 to 10 seconds"),
        ({"hold_s": 10**400}, "; expected number; use 0 to 10 seconds"),
        ({"rise_s": 1e308}, "rise_s is 1e+308; use -1000000 to 1000000 seconds"),
        ({"hold_s": 3}, "hold_s is 3.0, rise_s is 1.0; they must follow each other: hold_s <="),
        ({"bulb": {"power_hz": 0}}, "bulb: power_hz is 0; it must be positive, at most 1000000 Hz"),
        ({"bulb": {"kind": "gas"}}, "bulb: kind is 'gas'; use one of led, halogen"),
        ({"bulb": {"kid": "led"}}, "bulb: unknown key 'kid'; known: kind, power_hz"),
        ({"bulb": 3}, "bulb is 3; expected table"),
        ({"spares": {"kind": "led"}}, "spares must be [[spares]] tables"),
        ({"spares": [{}, {"kind": "gas"}]}, "spares number 2: kind is 'gas'; use one of led"),
        ({"spares": [3]}, "spares number 1 is 3; expected table"),
        ({"shade": [0, 0.5]}, "shade is [0, 0.5]; expected list of 3"),
        ({"shade": [0, 0.5, 1, 1]}, "shade is [0, 0.5, 1, 1]; expected list of 3"),
        ({"shade": [0, math.nan, 1]}, "shade number 2 is nan; use 0 to 1"),
        ({"names": "desk"}, "names is 'desk'; expected list"),
        ({"names": ["desk", 3]}, "names number 2 is 3; expected string"),
        ({"weights": {"left": 2}}, "weights: left is 2; use 0 to 1"),
        ({"weights": [1]}, "weights is [1]; expected table"),
        ({"mode": "perhaps"}, "mode is 'perhaps'; use one of auto, yes, no"),
        ({"hour": 3}, "hour is 3; use 8 to 19, or now"),
        ({"hour": "noon"}, "hour is 'noon'; use 8 to 19, or now"),
        ({"most": 0}, "most is 0; use at least 1, at most 1000000"),
        ({"words": 2}, "words is 2; use at least 5, at most 1000000"),
        ({"on": 1}, "on is 1; expected true or false"),
        ({"title": 3}, "title is 3; expected string"),
        ({"colour": 1}, "unknown key 'colour'; known: bulb, hold_s, hour, mode, most, names, on,"),
        ({"two\nlines": 1}, r"unknown key 'two\nlines'; known"),
        ({"weights": {"two\nlines": 2}}, "weights: two lines is 2; use 0 to 1"),
        ({"mode": "two\nlines"}, r"mode is 'two\nlines'; use one of"),
        ({"name": "x"}, "unknown key 'name'; known: bulb, hold_s"),
    ],
)
def test_a_refusal_names_file_table_key_and_value_and_what_would_be_right(
    table: dict[str, Any], said: str
) -> None:
    answer = refusal(**table)
    assert answer.startswith("lamp.toml: ") and said in answer


def test_a_key_that_is_missing_is_told_beside_the_one_that_stands_there() -> None:
    with pytest.raises(SettingsError, match=r"key 'title' is missing; add it"):
        build(Lamp, {"bulb": {}}, "lamp.toml")
    with pytest.raises(SettingsError, match=r"table \[bulb\] is missing; add it"):
        build(Lamp, {"title": ""}, "lamp.toml")
    with pytest.raises(SettingsError, match=r"unknown key 'titel', and key 'title' is missing;"):
        build(Lamp, {"titel": "", "bulb": {}}, "lamp.toml")


def test_all_faults_are_told_where_all_are_asked_for() -> None:
    table = {
        **{"titel": "desk", "bulb": {"kind": "gas", "power_hz": 0}, "width": 3, "on": 1},
        **{"spares": [{}, {"kid": "led"}], "name": "x"},
    }
    found = faults(Lamp, table, "lamp.toml", name="lamp")
    assert all(line.startswith("lamp.toml: ") and "\n" not in line for line in found)
    wanted = [
        *("unknown key 'name'", "unknown key 'titel', and key 'title' is missing"),
        *("bulb: kind is 'gas'", "bulb: power_hz is 0", "width is 3", "on is 1"),
        "spares number 2: unknown key 'kid'",
    ]
    assert len(found) == len(wanted)
    for words in wanted:
        assert sum(words in line for line in found) == 1, words
    assert faults(Lamp, {"title": "desk", "bulb": {}}, "lamp.toml", name="lamp") == []
    (last,) = faults(Lamp, {"title": "desk", "bulb": {}, "hold_s": 3.0}, "lamp.toml")
    assert "they must follow each other" in last


def test_files_lists_and_tables_become_tuples_and_dataclasses() -> None:
    table = {"title": "desk", "bulb": {"kind": "halogen"}, "spares": [{}], "shade": [0, 1, 1]}
    lamp = build(Lamp, table, "lamp.toml", name="lamp")
    assert lamp == Lamp("desk", Bulb("halogen"), spares=(Bulb(),), shade=(0, 1, 1), name="lamp")
    assert type(lamp.shade[0]) is float, "a whole number does where a number is wanted"


def test_what_is_no_table_at_all_is_told() -> None:
    with pytest.raises(SettingsError, match=r"^session\.json: it is \[3\]; expected table$"):
        build(Settings, [3], "session.json")  # type: ignore[arg-type]


def test_whoever_makes_one_is_told_in_one_line() -> None:
    with pytest.raises(ValueError, match=r"^width is 3; use 5 to 60$"):
        Lamp("desk", Bulb(), 3)
    with pytest.raises(ValueError, match=r"^3 is one value too many$"):
        Bulb("led", 1.0, 3)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match=r"^bulb is 3; expected table$"):
        Lamp("desk", 3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^power_hz is nan; it must be positive"):
        dataclasses.replace(Bulb(), power_hz=math.nan)


# -- the program's own -----------------------------------------------------------------------------


def numbers(table: dict[str, Any], way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from numbers(value, (*way, key))
        elif type(value) in (int, float):
            yield (*way, key)


NUMBERS = list(numbers(as_table(Settings())))
WRONG = [math.nan, math.inf, -math.inf, 1e308, -1e308, 10**400, True, "3", [1.0], {}]


@pytest.mark.parametrize("way", NUMBERS, ids=".".join)
def test_no_number_of_the_settings_takes_what_is_none(way: tuple[str, ...]) -> None:
    *tables, key = way
    value = as_table(Settings())
    for step in way:
        value = value[step]
    whole: list[Any] = [2.5] if isinstance(value, int) else []
    for wrong in [*WRONG, *whole]:
        table: dict[str, Any] = {key: wrong}
        for name in reversed(tables):
            table = {name: table}
        with pytest.raises(SettingsError) as caught:
            build(Settings, table, "settings.toml")
        said = str(caught.value)
        assert said.startswith(": ".join(["settings.toml", *tables, f"{key} is "])), said
        assert "use " in said or "it must " in said, said
        assert "\n" not in said


def test_the_settings_of_a_record_are_read_again() -> None:
    kept = json.loads(json.dumps(as_table(Settings())))
    assert build(Settings, kept, "session.json") == Settings()
    changed = build(Settings, {"hearing": {"speech": {"vocabulary": ["Acme"]}}}, "session.json")
    assert changed.hearing.speech.vocabulary == ("Acme",)


def test_settings_travel_to_other_processes_and_cannot_be_changed() -> None:
    settings = Settings()
    assert pickle.loads(pickle.dumps(settings)) == settings
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.film.fps = 3  # type: ignore[misc]


@pytest.mark.parametrize("value", ["nan", "inf", "1e308", "true", '"3"', "2.5", "0xFFFFFFFFFFFF"])
def test_a_settings_file_is_refused_by_file_table_and_key(tmp_path: Path, value: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f"[film]\nfps = {value}\n")
    with pytest.raises(SettingsError, match=r"mine\.toml: film: fps is .*; use 5 to 60$"):
        load_settings(path)


def test_files_that_are_no_toml_are_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    with pytest.raises(InputError, match="no such file"):
        read_toml(path)
    path.write_text("fps = " + "9" * 5000)
    with pytest.raises(SettingsError, match="thousands of digits"):
        read_toml(path)
    path.write_bytes(b"name = '\xff'")
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_toml(path)
    path.write_text("a = " + "[" * 100_000)
    with pytest.raises(SettingsError, match=r"mine\.toml: .*mend"):
        read_toml(path)
    for text in ("name = 1", "[film]\nfps = 30\n"):
        path.write_bytes(text.encode("utf-16"))
        with pytest.raises(SettingsError, match="not UTF-8 text; save it as UTF-8"):
            read_toml(path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.toml")
        with pytest.raises(InputError, match="a device or a pipe"):
            read_toml(tmp_path / "pipe.toml")


def test_what_editors_write_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf[film]\r\nfps = 24\r\n")
    assert load_settings(path).film.fps == 24
    path.write_bytes(b'\xef\xbb\xbfname = """\r\ntwo\r\nlines"""\r\n')
    assert read_toml(path) == {"name": "two\nlines"}
    path.write_bytes(b"")
    assert read_toml(path) == {}
