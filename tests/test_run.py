"""run.py as a user meets it: what it prints, what it ends with, and never a traceback."""

from __future__ import annotations

import ast
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from game.setup.commandline import COMMANDS, NOT_YET
from tests.commandline_runs import Result, run, run_here, wait_for
from tests.conftest import ROOT


def told_by(code: str) -> subprocess.CompletedProcess[str]:
    """What a Python of its own prints that runs some code."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )


def refused(*arguments: object, **environment: str) -> str:
    """The one line with which bad input is refused."""
    result = run_here(*arguments, **environment)
    assert (result.status, result.out) == (2, "")
    assert result.line.startswith("run.py: ")
    return result.line


def test_a_command_is_a_process_with_one_line_and_a_status(tmp_path: Path) -> None:
    # what the other tests of this file do in their own process, once as a person meets it
    assert run("--version") == Result(0, "recruiter-room 0.1.0\n", "")
    refusal = run("analyze", tmp_path / "nothing.mp4")
    assert (refusal.status, refusal.out) == (2, "")
    assert refusal == run_here("analyze", tmp_path / "nothing.mp4")


def test_help_lists_what_works_and_nothing_else() -> None:
    result = run_here("--help")
    assert (result.status, result.err) == (0, "")
    listed = [line.split()[0] for line in result.out.splitlines() if line.startswith("  ")]
    assert [name for name in listed if name in COMMANDS] == list(COMMANDS)
    assert not set(listed) & set(NOT_YET)
    assert max(map(len, result.out.splitlines())) <= 80


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str) -> None:
    result = run_here(command, "--help")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(f"usage: run.py {command}")


def test_an_unknown_command_is_refused_with_a_guess() -> None:
    assert "did you mean 'demo'?" in refused("dmeo")


def test_an_unknown_option_is_refused() -> None:
    assert "--colour" in refused("demo", "--colour", "red")


@pytest.mark.parametrize("command", NOT_YET)
def test_what_is_not_built_says_so(command: str) -> None:
    assert "not built yet" in refused(command)


def test_an_unknown_role_is_refused_and_the_known_are_named() -> None:
    line = refused("practice", "--role", "astronaut_chef")
    for known in (ROOT / "assets" / "interviews").glob("*.toml"):
        assert known.stem in line


def test_an_unknown_persona_is_refused() -> None:
    assert "--persona nobody" in refused("demo", "--persona", "nobody")


@pytest.mark.parametrize("count", ["0", "-3", "51", "two", "1.5"])
def test_a_number_of_questions_out_of_range_is_refused(count: str) -> None:
    assert "--questions" in refused("demo", f"--questions={count}")


def test_a_seed_that_is_no_number_is_refused() -> None:
    assert "--seed" in refused("demo", "--seed", "luck")


@pytest.mark.parametrize("option", ["--camera", "--microphone", "--settings"])
def test_a_missing_file_is_refused_by_name(option: str, tmp_path: Path) -> None:
    missing = tmp_path / "not there.mp4"
    line = refused("practice", "--offscreen", option, str(missing))
    assert str(missing) in line and "no such file" in line


def test_one_missing_file_among_several_is_refused(tmp_path: Path) -> None:
    there = tmp_path / "one.wav"
    there.write_bytes(b"RIFF")
    line = refused("practice", "--microphone", f"{there},{tmp_path / 'two.wav'}")
    assert "two.wav" in line and "one.wav" not in line


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    assert "empty" in refused("analyze", str(empty))


def test_a_folder_where_a_file_should_be_is_refused(tmp_path: Path) -> None:
    assert "a folder" in refused("analyze", str(tmp_path))


def test_broken_toml_is_refused_with_file_and_line(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("[interview]\nquestions = = 3\n")
    line = refused("demo", "--settings", str(settings))
    assert str(settings) in line and "line 2" in line


def test_an_unknown_settings_key_is_refused_by_name(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("[interview]\nquestoins = 3\n")
    line = refused("demo", "--settings", str(settings), "--out", str(tmp_path / "out"))
    assert str(settings) in line and "questoins" in line


def test_a_folder_that_is_no_session_is_refused(tmp_path: Path) -> None:
    for command in ("report", "replay"):
        assert "session.json" in refused(command, str(tmp_path))


def test_a_film_of_another_kind_is_refused(tmp_path: Path) -> None:
    assert ".mp4" in refused("demo", "--video", str(tmp_path / "room.avi"))


def test_an_output_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "taken"
    file.write_text("")
    assert "--out" in refused("demo", "--out", str(file))


def test_unknown_weights_and_benches_are_refused() -> None:
    assert "nothing.en" in refused("models", "get", "nothing.en")
    assert "nothing" in refused("bench", "nothing")


def test_no_emotion_reaches_seeing() -> None:
    from game.app.practice import _settings
    from game.setup.commandline import parse

    for command in ([], ["practice"], ["demo"]):
        assert _settings(parse(command)).seeing.emotion.enabled
        assert not _settings(parse([*command, "--no-emotion"])).seeing.emotion.enabled


def test_models_get_without_a_name_is_refused() -> None:
    assert "name the weights" in refused("models", "get")


def test_models_list_names_all_weights() -> None:
    from perception.models.weights import WEIGHTS

    result = run_here("models")
    assert (result.status, result.err) == (0, "")
    assert all(name in result.out for name in WEIGHTS)


def test_models_list_names_the_models_that_ship() -> None:
    out = run_here("models", COLUMNS="110").out
    for name in ("face.npz", "eyes.npz"):
        (line,) = [line for line in out.splitlines() if line.startswith(name)]
        assert "ships" in line


@pytest.mark.parametrize("given", [(), ("faces",), ("expression", "gaze"), ("whisper-tiny.en",)])
def test_training_of_anything_else_is_refused(given: tuple[str, ...]) -> None:
    assert "use one of expression, fillers" in refused("models", "train", *given)


@pytest.mark.parametrize("option", ["--people=1", "--people=few", "--sittings=0"])
def test_training_on_too_little_is_refused(option: str) -> None:
    assert option.split("=")[0] in refused("models", "train", "expression", option)


def test_missing_weights_end_in_3_with_the_command_that_fetches_them(tmp_path: Path) -> None:
    result = run_here("models", "check", "whisper-tiny.en", RECRUITER_MODELS=str(tmp_path))
    assert result.status == 3
    assert "run.py models get whisper-tiny.en" in result.line


def test_tests_get_their_arguments() -> None:
    this = Path(__file__).relative_to(ROOT)
    result = run("test", "--collect-only", "-k", "test_tests_get_their_arguments", this)
    assert result.status == 0
    assert "test_run.py::test_tests_get_their_arguments" in result.out


def test_a_reader_that_leaves_early_is_no_fault() -> None:
    command = shlex.join([sys.executable, str(ROOT / "run.py"), "models", "list"])
    line = f"{command} | true; exit ${{PIPESTATUS[0]}}"  # it has left before anything is written
    result = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_fault_of_the_program_leaves_a_log_and_one_line(tmp_path: Path) -> None:
    code = (
        "import sys, run, game.setup.commandline as c; c.parse = lambda a: 1 / 0;"
        "sys.exit(run.main([]))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "RECRUITER_CACHE": str(tmp_path)},
        check=False,
    )
    assert result.returncode == 3
    assert result.stderr.count("\n") == 1 and "ZeroDivisionError" in result.stderr
    (log,) = (tmp_path / "logs").glob("fault-*.log")
    assert str(log) in result.stderr
    assert "Traceback" in log.read_text()
    assert os.name != "posix" or log.stat().st_mode & 0o777 == 0o600


def test_set_up_tries_packages_out_that_may_not_call_home() -> None:
    code = (
        "import os, sys, run; from game.setup import install; install.inside = lambda: False;"
        "install.ensure = lambda **_: print(os.environ['ORT_DISABLE_TELEMETRY']);"
        "install.hand_over = lambda *_: 0; sys.exit(run.main(['models']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "ORT_DISABLE_TELEMETRY": "0"},
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "1\n", "")


@pytest.mark.parametrize(
    ("error", "said"), [("KeyboardInterrupt", False), ("ZeroDivisionError", True)]
)
def test_ctrl_c_while_python_tidies_up_shows_no_traceback(error: str, said: bool) -> None:
    code = (
        "import runpy, game.setup.commandline as c\n"
        "class Thing:\n"
        f"    def __del__(self): raise {error}\n"
        "def parse(arguments):\n"
        "    Thing()\n"
        "    raise SystemExit(0)\n"
        "c.parse = parse\n"
        "runpy.run_path('run.py', run_name='__main__')\n"
    )
    result = told_by(code)
    assert result.returncode == 0
    assert ("Traceback" in result.stderr, result.stderr != "") == (said, said)


def test_a_full_disk_is_named() -> None:
    code = "import run, errno; print(run._last_resort(OSError(errno.ENOSPC, 'full', 'x.jsonl')))"
    result = told_by(code)
    assert result.returncode == 0
    assert result.stdout == "3\n"
    assert "x.jsonl" in result.stderr and "free some space" in result.stderr


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 13, 0), (2, 7, 18)])
def test_another_python_is_refused_in_one_line(version: tuple[int, int, int]) -> None:
    code = f"import sys; sys.version_info = {version}; import run; sys.exit(run.main(['--help']))"
    result = told_by(code)
    assert (result.returncode, result.stdout) == (3, "")
    assert f"this is {version[0]}.{version[1]};" in result.stderr
    assert result.stderr.count("\n") == 1


def test_old_pythons_can_read_run_py_as_far_as_that() -> None:
    ast.parse((ROOT / "run.py").read_text("utf-8"), feature_version=(3, 6))


def test_without_devices_it_says_what_is_missing_and_means_demo() -> None:
    from game.app import doctor
    from game.setup.commandline import parse

    options = parse(["--seed", "3"])
    assert options.command is None
    if doctor.has_screen() and doctor.cameras() and doctor.microphones():
        pytest.skip("needs a machine without screen, camera or microphone")
    command, why = doctor.choose_command(options)
    assert command == "demo" and why.startswith("No ") and why.count("\n") == 0


def test_doctor_json_is_a_list_of_findings() -> None:
    result = run("doctor", "--json")
    assert result.status in (0, 3) and result.err == ""
    findings = json.loads(result.out)
    assert {"Python", "packages", "graphics", "camera", "microphone"} <= {
        finding["what"] for finding in findings
    }
    assert all(f["mend"] for f in findings if f["state"] != "works")


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX systems")
def test_a_terminal_that_goes_while_it_is_read_from_is_a_polite_end(tmp_path: Path) -> None:
    # no signal comes to a program that was disowned; what it reads from refuses
    import pty

    ours, theirs = pty.openpty()
    with (tmp_path / "err").open("w") as err:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "run.py"), "interviews", "listen"],
            stdin=theirs,
            stdout=theirs,
            stderr=err,
        )
    os.close(theirs)
    wait_for(lambda: "Ctrl-D" in (tmp_path / "err").read_text())
    os.close(ours)
    assert process.wait(30) == 130
    told = (tmp_path / "err").read_text().splitlines()
    assert len(told) == 2 and told[1].startswith("run.py: interrupted; ")


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_an_end_while_a_fault_is_being_told_is_one_line() -> None:
    code = (
        "import os, signal, sys, run, perception.interrupt as i\n"
        "i.end_politely()\n"
        "def oops(arguments): raise ZeroDivisionError\n"
        "run._run = oops\n"
        "run._last_resort = lambda error: os.kill(os.getpid(), signal.SIGTERM)\n"
        "sys.exit(run.main([]))\n"
    )
    result = told_by(code)
    assert result.returncode == 130
    assert result.stderr == "run.py: interrupted; nothing is left half done\n"
