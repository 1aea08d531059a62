"""What vendors' libraries find in the environment: none calls home, writes or spins as it likes.

Libraries read these variables once, as they load, so whoever starts a process calls :func:`prepare`
before; processes that it starts inherit them. Standard library only: run.py sets itself up with it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from perception.errors import StorageError
from perception.paths import cache_dir, make_absolute, named_folder

SILENT = {
    # since 1.32 it makes an identity for the device, keeps it on disk and reports to its maker
    "ORT_DISABLE_TELEMETRY": "1",
    # transformers may ask its hub about a model, and tells with each request what it runs with
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # for those that come to follow https://consoledonottrack.com
    "DO_NOT_TRACK": "1",
}
"""Variables that keep libraries from reaching out. Not a matter of taste: they replace what was set
before, for it is promised that nothing leaves this machine."""

CALM = {
    # they speak to standard error as they load; there a person looks for our one line
    "GLOG_minloglevel": "3",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TOKENIZERS_PARALLELISM": "false",
    # Python's keeper of shared memory tidies up after a killed program; nobody needs to hear of it
    "PYTHONWARNINGS": "ignore::UserWarning:multiprocessing.resource_tracker",
    "MPLBACKEND": "Agg",
    # we draw with matplotlib's own fonts; asking for a user's has fontconfig write a cache as well
    "MPL_IGNORE_SYSTEM_FONTS": "1",
}
"""Variables that keep libraries quiet; what was set before stays."""

ALONE = {
    # numpy's matrices here are small: a second thread would spin between two frames, waiting for
    # the next multiplication, and burn most of a core that reads a face in an eighth of it
    "OPENBLAS_NUM_THREADS": "1",
}
"""Variables that keep libraries from starting threads that only wait; what was set before stays."""

PLACES = {
    "MPLCONFIGDIR": "matplotlib",  # the list of fonts
    "MESA_SHADER_CACHE_DIR": "mesa",  # compiled shaders
    "__GL_SHADER_DISK_CACHE_PATH": "nvidia",  # the same, by NVIDIA's driver
    "CUDA_CACHE_PATH": "cuda",  # compiled kernels
    "TORCHINDUCTOR_CACHE_DIR": "torchinductor",  # made by importing it, in the shared folder else
    "PYTORCH_KERNEL_CACHE_PATH": "torch-kernels",
    "TORCH_HOME": "torch",
    "TRITON_HOME": "triton",  # comes with torch for GPUs
    "NUMBA_CACHE_DIR": "numba",  # beside the code that it compiles else
    "HF_HOME": "huggingface",
    "OPENCV_OPENCL_CACHE_DIR": "opencl",
}
"""Variable to the folder that it names, in :func:`vendors_dir`; what was set before stays."""


def vendors_dir() -> Path:
    """Folder for what libraries keep for their next run, in the program's cache.

    Raises:
        StorageError: no cache can be written.
    """
    return cache_dir() / "vendors"


def prepare() -> None:
    """Sets the variables of this process, and makes the folders that they name.

    Raises:
        InputError: one of the program's own variables names no folder that can be.
        StorageError: no cache can be written.
    """
    make_absolute()
    _drop_habits()
    os.environ.update(SILENT)
    for name, value in (CALM | ALONE).items():
        os.environ.setdefault(name, value)
    missing = {name: folder for name, folder in PLACES.items() if name not in os.environ}
    if missing:
        place = vendors_dir().absolute()
        for name, folder in missing.items():
            _make(place / folder)
            os.environ[name] = str(place / folder)
    if _lacks_sound_cookie():
        _make(vendors_dir())
        os.environ["PULSE_COOKIE"] = str(vendors_dir().absolute() / "pulse-cookie")


def _drop_habits() -> None:
    if "error" in os.environ.get("PYTHONWARNINGS", ""):
        del os.environ["PYTHONWARNINGS"]  # vendors' modules warn as they load
    # What somebody else's programs import stands behind what this environment has; it stays, for
    # there may be a hook in it.
    own = Path(__file__).resolve().parents[1]
    for folder in filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)):
        if folder in sys.path and Path(folder).resolve() != own:
            sys.path.remove(folder)
            sys.path.append(folder)


def leave_out(package: str) -> None:
    """Has this process take a package for not installed, unless it was imported before."""
    sys.modules.setdefault(package, None)  # type: ignore[arg-type]


def _make(folder: Path) -> None:
    # Mesa and NVIDIA's driver make no folder above their own
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{folder}: the cache cannot be written ({error.strerror}); make it writable or set "
            "RECRUITER_CACHE to another folder"
        ) from None


def _lacks_sound_cookie() -> bool:
    """Whether PulseAudio's library would make its cookie in the home folder.

    Where there is one it is needed: a sound server on another machine may ask for it.
    """
    if "PULSE_COOKIE" in os.environ or not sys.platform.startswith("linux"):
        return False
    home = Path(os.environ.get("HOME", "/"))
    config = named_folder("XDG_CONFIG_HOME") or home / ".config"
    return not any(file.exists() for file in (config / "pulse/cookie", home / ".pulse-cookie"))
