"""The one entry: parse, set up, wire, start.

Runs under any Python 3 far enough to say in one line which Python it wants. With Python 3.11 or
3.12 and nothing installed it sets up ``.venv`` beside this file (or where RECRUITER_VENV says) and
goes on inside it. Whatever goes wrong, a person reads one line on standard error.
"""

import os
import sys

OLDEST, NEWEST = (3, 11), (3, 12)
"""Versions for which every pinned package has been built."""

HABITS = (
    *("PYTHONHOME", "PYTHONPLATLIBDIR", "PYTHONEXECUTABLE"),  # another Python's library
    *("PYTHONSAFEPATH", "PYTHONUSERBASE"),  # where modules are looked for
    *("PYTHONINSPECT", "PYTHONSTARTUP", "PYTHONOPTIMIZE"),  # how other programs are to be run
)
"""Python's variables that a person has set for other programs and that would break this one."""


def main(arguments: "list[str]") -> int:
    """Runs one command.

    Args:
        arguments: what stands after ``run.py``.

    Returns:
        Exit status: 0 done, 2 bad input, 3 a device or model is missing, 130 interrupted.
    """
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        # no newer syntax up to here and none in this file: an old Python must get as far as this
        this = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return _complain(
            f"Python 3.11 or 3.12 is needed and this is {this}; run: {_other_python()} run.py", 3
        )
    from perception import terminal

    terminal.unbreakable()
    try:
        return _told(arguments)
    except KeyboardInterrupt as end:  # in the middle of telling how another one ended
        return _interrupted(end)


def _told(arguments: "list[str]") -> int:
    """Runs one command, and tells in one line what kept it from its end."""
    from perception.errors import RecruiterError

    try:
        return _run(arguments)
    except RecruiterError as error:
        return _complain(str(error), error.exit_code)
    except KeyboardInterrupt as end:
        return _interrupted(end)
    except (BrokenPipeError, SystemExit) as leaving:
        # the reader of our output has left (`run.py ... | head`): nobody to tell, nothing wrong;
        # rich, which prints tables, ends the program by itself where it meets that
        if isinstance(leaving, SystemExit) and not isinstance(leaving.__context__, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _last_resort(error)


def _run(arguments: "list[str]") -> int:
    from game.setup import commandline, install
    from perception import environment

    if __name__ == "__main__":  # signals are of the whole process: only where it is ours
        from perception.interrupt import end_politely

        end_politely()
    options = commandline.parse(arguments)
    environment.prepare()  # before set-up: it tries the packages out
    if not install.inside():
        python = install.ensure(
            quiet=getattr(options, "quiet", False), again=getattr(options, "mend", False)
        )
        return install.hand_over(python, [os.path.abspath(__file__), *arguments])
    if options.command is None:
        from game.app import doctor

        options.command, why = doctor.choose_command(options)
        if why and not options.quiet:
            print(why, flush=True)
    module, function = commandline.target_of(options).split(":")
    import importlib

    status = getattr(importlib.import_module(module), function)(options)
    sys.stdout.flush()
    return status


def _leave_habits() -> None:
    """Begins anew without them: a Python that has started with them does not get rid of them."""
    if any(name in os.environ for name in HABITS):
        kept = {name: value for name, value in os.environ.items() if name not in HABITS}
        if os.name == "posix" and sys.executable:
            command = getattr(sys, "orig_argv", [sys.executable, *sys.argv])
            _hold_signals()
            os.execve(sys.executable, [sys.executable, *command[1:]], kept)
        for name in set(os.environ) - set(kept):
            del os.environ[name]


def _hold_signals() -> None:
    """As :func:`perception.interrupt.hold_for_successor`, which cannot be found yet where a habit
    keeps this folder from being looked in."""
    import signal

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {getattr(signal, name) for name in names})


def _complain(line: str, status: int) -> int:
    sys.stderr.write("run.py: " + " ".join(line.split()) + "\n")
    return status


def _unraisable(trouble: "sys.UnraisableHookArgs") -> None:
    # Ctrl-C in the middle of Python's own tidying up: it cannot get through, and is no fault
    if not issubclass(trouble.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(trouble)


def _interrupted(end: BaseException) -> int:
    from perception.interrupt import ignore_polite_ends, kept_after, leave_lost_terminals

    if __name__ == "__main__":  # signals are of the whole process: only where it is ours
        ignore_polite_ends()  # we are leaving; no need to press again
    leave_lost_terminals()
    return _complain(f"interrupted; {kept_after(end) or 'nothing is left half done'}", 130)


def _last_resort(error: Exception) -> int:
    import errno

    from perception.interrupt import leave_lost_terminals

    if isinstance(error.__cause__, KeyboardInterrupt):
        # a compiled module turns Ctrl-C during its import into its own error
        return _interrupted(error.__cause__)
    if isinstance(error, OSError) and error.errno == errno.EIO and leave_lost_terminals():
        return _interrupted(error)  # the terminal that we read from, or print to, has gone
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        return _complain(
            f"{error.filename or 'the disk'}: cannot be written ({error.strerror}); "
            "free some space or choose another folder with --out",
            3,
        )
    if isinstance(error, PermissionError) and error.filename:
        return _complain(
            f"{error.filename}: may not be read or written; check its permissions, and those of "
            "its folder",
            2,
        )
    import traceback

    from game.setup import install

    what = f"{type(error).__name__}: {error}"
    try:
        log = install.log_path("fault")
        log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError as trouble:
        return _complain(f"a fault of this program: {what} (no log could be written: {trouble})", 3)
    return _complain(f"a fault of this program: {what}; please send us {log}", 3)


def _other_python() -> str:
    import shutil

    for name in ("python3.12", "python3.11"):
        if shutil.which(name):
            return name
    return "python3.11"


if __name__ == "__main__":
    _leave_habits()
    sys.unraisablehook = _unraisable
    sys.exit(main(sys.argv[1:]))
