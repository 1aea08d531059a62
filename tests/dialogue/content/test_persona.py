"""Recruiters are read from their files, drawn by seed, and refused with a clear line."""

from __future__ import annotations

import re
import shutil
from collections import Counter

import pytest

from dialogue.content.persona import PERSONAS, Lines, Speech, load_persona, personas
from perception.errors import InputError, SettingsError
from tests.wrong_numbers import WRONG_NUMBERS


def test_there_are_six_or_more_and_no_two_sound_or_look_alike():
    everyone = [load_persona(name) for name in personas()]
    assert len(everyone) >= 6
    assert len({p.identity for p in everyone}) == len(everyone)
    assert len({(p.voice, p.speech) for p in everyone}) == len(everyone)
    assert {p.voice_kind for p in everyone} == {"female", "male"}
    assert len({p.room for p in everyone}) >= 3
    assert len({p.manner for p in everyone}) == len(everyone)


@pytest.mark.parametrize("field", Lines.__slots__)
def test_no_recruiter_borrows_the_words_of_another(field):
    sets = [set(getattr(load_persona(name).lines, field)) for name in personas()]
    for index, own in enumerate(sets):
        assert all(own != other for other in sets[index + 1 :])


def test_random_is_decided_by_the_seed_and_reaches_everyone():
    drawn = Counter(load_persona("random", seed).name for seed in range(400))
    assert set(drawn) == set(personas())
    assert load_persona("random", 7) == load_persona("random", 7)


def test_a_file_of_ones_own_is_a_recruiter(tmp_path):
    path = tmp_path / "lena.toml"
    text = (PERSONAS / "anna.toml").read_text(encoding="utf-8")
    text = text.replace('"Anna"', '"Lena"').replace('identity = "anna"', 'identity = "looks.toml"')
    path.write_text(text, encoding="utf-8")
    lena = load_persona(str(path))
    assert lena.display_name == "Lena"
    assert lena.name == str(path)
    assert lena.identity == str(tmp_path / "looks.toml")
    # what the record keeps as her name finds her again
    assert load_persona(lena.name) == lena


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('identity = "anna"\n', "", "anna.toml: key 'identity' is missing"),
        ('voice_kind = "female"', 'voice_kind = "robot"', "voice_kind is 'robot'; use one of"),
        ("[manner]", "[manner]\nwarmness = 1.0", r"anna.toml: manner: unknown key 'warmness'"),
        ("[manner]", "[speech]\npace = 3.0\n[manner]", "pace is 3.0; use 0.7 to 1.4"),
        ("yields = [", "yield = [", "unknown key 'yield'"),
        ("display_name", "display name", "not valid TOML"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_key(tmp_path, old, new, what):
    path = tmp_path / "anna.toml"
    text = (PERSONAS / "anna.toml").read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError, match=what):
        load_persona(str(path))


@pytest.mark.parametrize("key", ["warmth", "patience"])
@pytest.mark.parametrize("wrong", WRONG_NUMBERS)
def test_what_is_no_number_is_said_with_its_table_and_key(tmp_path, key, wrong):
    path = tmp_path / "anna.toml"
    text = (PERSONAS / "anna.toml").read_text(encoding="utf-8")
    path.write_text(re.sub(rf"(?m)^{key} = .*$", f"{key} = {wrong}", text), encoding="utf-8")
    said = rf"^anna\.toml: manner: {key} is .*; use \S+ to \S+$"
    with pytest.raises(SettingsError, match=said):
        load_persona(str(path))


def test_the_name_of_a_recruiter_is_her_file_s(tmp_path):
    path = tmp_path / "anna.toml"
    path.write_text('name = "eve"\n' + (PERSONAS / "anna.toml").read_text(encoding="utf-8"))
    with pytest.raises(SettingsError, match=r"^anna\.toml: unknown key 'name'; known: description"):
        load_persona(str(path))


def test_an_unknown_recruiter_is_refused_with_the_names_known(tmp_path):
    with pytest.raises(InputError, match=r"'bob'.*anna.*random, or a TOML file"):
        load_persona("bob")
    shutil.copy(PERSONAS / "anna.toml", tmp_path)
    with pytest.raises(InputError, match="no such recruiter"):
        load_persona(str(tmp_path / "anne.toml"))


def test_the_limits_of_speech_are_told():
    with pytest.raises(ValueError, match=r"tract is 1.5; use 0.88 to 1.14"):
        Speech(tract=1.5)
