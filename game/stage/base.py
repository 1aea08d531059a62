"""The stage: Panda3D's window, or an offscreen picture where there is no screen.

Everything that the program draws is drawn on one ``Stage``. It owns the ``ShowBase``, so this is
the one place that knows about displays, drivers, resizing and reading the picture back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    FrameBufferProperties,
    GraphicsOutput,
    GraphicsPipe,
    GraphicsPipeSelection,
    NodePath,
    Texture,
    WindowProperties,
    load_prc_file_data,
    unload_prc_file,
)

from game.stage.display import HINT, OFFSCREEN, missing_screen
from game.stage.layers import PeopleLayer
from game.stage.quality import settle, tier_for
from game.stage.settings import StageSettings
from game.stage.shading import Lights
from game.stage.shadowmap import ShadowMap
from perception.errors import DeviceError
from perception.interrupt import interrupt_postponed

Mode = Literal["auto", "window", "offscreen"]

# Names of what draws on the processor, as Mesa, Windows and Panda3D's own rasteriser report them.
_SOFTWARE = ("llvmpipe", "softpipe", "swiftshader", "swrast", "gdi generic", "basic render", "tiny")

WAITING_FRAME_S = 1 / 30
"""Least s from frame to frame of a scene in which nothing is live, where no screen paces it."""

_PRC = """
audio-library-name null
notify-level error
notify-level-device fatal
notify-level-x11display fatal
notify-level-display fatal
notify-level-glgsg fatal
default-near 0.1
default-far 60
textures-power-2 none
print-pipe-types false
"""


@dataclass(frozen=True, slots=True)
class Driver:
    """What draws the picture."""

    module: str
    """Panda3D's display module: pandagl, p3headlessgl or p3tinydisplay."""

    renderer: str
    """The renderer's name as the driver reports it."""

    version: str
    """The driver's version as it reports it."""

    software: bool
    """True when the processor draws, not a GPU."""

    note: str = ""
    """Why this one was taken although another was asked for; empty when it was the first choice."""


class Stage:
    """A window or an offscreen picture, and the scene graph drawn in it.

    Only one stage can be open in a process, because ``ShowBase`` allows one; after ``close``
    another may be opened.

    Args:
        width: pixels.
        height: pixels.
        mode: ``window`` needs a screen; ``offscreen`` needs none; ``auto`` takes a window where
            there is a screen and says in ``driver.note`` why it did not.
        title: the window's title.
        settings: see ``StageSettings``.

    Raises:
        DeviceError: no window, and nothing to draw offscreen with; the message names the package
            that helps.
    """

    def __init__(
        self,
        width: int = 1280,
        height: int = 720,
        mode: Mode = "auto",
        title: str = "Interview room",
        settings: StageSettings | None = None,
    ) -> None:
        self.settings = settings or StageSettings()
        self._keep: Texture | None = None
        self._own_size = (width, height)
        self._layer: PeopleLayer | None = None
        self._shadows: ShadowMap | None = None
        self._closed = False
        sync = "true" if self.settings.vertical_sync and mode != "offscreen" else "false"
        self._page = load_prc_file_data("stage", f"{_PRC}sync-video {sync}\n")
        # Imported here: the module reads the configuration above, and puts names into builtins.
        from direct.showbase.ShowBase import ShowBase

        self.base: Any = ShowBase(windowType="none")
        # Panda3D would end the whole program when the window is closed; ``open`` tells instead.
        self.base.userExit = lambda: None
        try:
            self.driver = self._open(width, height, mode, title)
        except DeviceError:
            self.close()
            raise
        self.base.camLens.setNearFar(self.settings.near_m, self.settings.far_m)
        self.base.disableMouse()
        self._fit()
        if self._windowed:
            self.base.accept("f11", lambda: self.fill_screen(not self.filling_screen))
            if self.settings.full_screen:
                self.fill_screen(True)
        wanted = tier_for(self.settings.quality, self.driver.software)
        self.quality, note = settle(self.base, wanted)
        self._note(note)

    # Where things are put -------------------------------------------------------------------

    @property
    def scene(self) -> NodePath:
        """Root of the three-dimensional scene; metres, z up."""
        return self.base.render

    @property
    def overlay(self) -> NodePath:
        """Root of what lies flat over the scene; pixels, x to the right, z up from the top edge."""
        return self.base.pixel2d

    @property
    def camera(self) -> NodePath:
        """The candidate's eye."""
        return self.base.cam

    @property
    def lens(self) -> Any:
        """The lens of ``camera``."""
        return self.base.camLens

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels."""
        return self.base.win.getXSize(), self.base.win.getYSize()

    @property
    def windowed(self) -> bool:
        """True when a person can see the picture on a screen."""
        return self._windowed

    @property
    def frame_s(self) -> float:
        """Least seconds from frame to frame of a scene in which nothing is live.

        0 where the screen's refresh paces the frames. A processor that draws waits for no screen,
        and would take all the time there is from whatever else has work to do.
        """
        return 0.0 if self._windowed and not self.driver.software else WAITING_FRAME_S

    @property
    def open(self) -> bool:
        """False once the window was closed, by the program or by the person."""
        return not self._closed and (not self._windowed or not self.base.win.isClosed())

    def show_people(
        self,
        room: NodePath,
        people: NodePath,
        toward_key: tuple[float, float, float] = Lights().key_direction,
    ) -> None:
        """Draws people with smooth outlines over a room that is a picture.

        Where the driver refuses, all is drawn in one go as before, and ``driver.note`` says so.

        Args:
            room: the picture.
            people: parent of all that is drawn over it, and of all that hides parts of it.
            toward_key: direction to the light whose shadows the full quality draws, in the
                scene's axes.
        """
        self.hide_people()
        if self.quality == "fixed":
            return
        if self.quality == "full":
            try:
                self._shadows = ShadowMap(self.base, people, toward_key)
            except LookupError as error:
                self._note(str(error))
        ways = [self.settings.multisamples, 0] if self.quality == "full" else [0]
        for samples in ways:
            try:
                self._layer = PeopleLayer(self.base, room, people, samples)
            except LookupError as error:
                self._note(str(error))
            else:
                return

    def frame_people(self, hulls: Sequence[NDArray[np.float64]]) -> None:
        """Says where people are; what lies outside is not shown.

        Args:
            hulls: for each of some convex hulls (n, 4): places, in the scene's axes, and radii of
                the spheres that span it; metres.
        """
        if self._layer is not None:
            self._layer.hulls = hulls

    def hide_people(self) -> None:
        """Ends ``show_people``; call it before the nodes given to it are removed."""
        if self._layer is not None:
            self._layer.remove()
            self._layer = None
        if self._shadows is not None:
            self._shadows.remove()
            self._shadows = None

    def simplify(self, step: int) -> None:
        """Draws people more simply, where a processor draws.

        Args:
            step: 0 as finely as it can; 1 without smoothing outlines; 2 and more with fewer pixels,
                too.
        """
        if self._layer is not None:
            self._layer.set_detail(smooth=step < 1, coarse=step > 1)

    # Time -----------------------------------------------------------------------------------

    def step(self) -> None:
        """Runs every task once and draws one frame.

        Polls the C++ task manager directly: Panda3D's Python wrapper would put its own handler in
        place of the program's for Ctrl-C at every step.
        """
        if self._layer is not None:
            self._layer.step()
        with interrupt_postponed():  # what it raises within a task they print as a traceback
            self.base.taskMgr.mgr.poll()
        if self._windowed and self.size != self._fitted:
            self._fit()

    # Pictures -------------------------------------------------------------------------------

    def keep_pictures(self, keep: bool) -> None:
        """Copies every frame to memory from now on, or stops doing so.

        Off, a frame costs no copy, and ``picture`` fetches one on demand; on, ``picture`` after
        each step is cheapest.
        """
        if keep and self._keep is None:
            self._keep = Texture("kept picture")
            self.base.win.addRenderTexture(
                self._keep, GraphicsOutput.RTMCopyRam, GraphicsOutput.RTPColor
            )
        elif not keep and self._keep is not None:
            self.base.win.clearRenderTextures()
            self._keep = None

    def picture(self) -> NDArray[np.uint8]:
        """The newest frame.

        Returns:
            uint8 (H, W, 3) RGB, first row at the top; its own memory.
        """
        texture = self._keep
        if texture is None or not texture.hasRamImage():
            texture = self.base.win.getScreenshot()
        if texture is None:
            raise DeviceError("no frame was drawn yet; step the stage before taking its picture")
        return _rgb(texture)

    # Size and end ---------------------------------------------------------------------------

    def resize(self, width: int, height: int) -> None:
        """Gives the picture another size in pixels."""
        if self._windowed:
            properties = WindowProperties()
            properties.setSize(width, height)
            self.base.win.requestProperties(properties)
            self.base.graphicsEngine.openWindows()
        else:
            self.base.win.setSize(width, height)
        self._fit()

    @property
    def filling_screen(self) -> bool:
        """Whether the window fills the screen."""
        return self._windowed and bool(self.base.win.getProperties().getFullscreen())

    def fill_screen(self, fill: bool) -> None:
        """Lets the window fill the screen, or gives it its own size back; F11 does the same."""
        if not self._windowed or fill == self.filling_screen:
            return
        properties = WindowProperties()
        properties.setFullscreen(fill)
        if fill:
            self._own_size = self.size
            pipe = self.base.pipe
            properties.setSize(pipe.getDisplayWidth(), pipe.getDisplayHeight())
        else:
            properties.setSize(*self._own_size)
        self.base.win.requestProperties(properties)
        self.base.graphicsEngine.openWindows()
        self._fit()

    def close(self) -> None:
        """Frees the window, the scene and the configuration; a second call does nothing."""
        if self._closed:
            return
        self._closed = True
        self._keep = None
        self._layer = None
        self._shadows = None
        self.base.destroy()
        unload_prc_file(self._page)

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # Opening --------------------------------------------------------------------------------

    def _open(self, width: int, height: int, mode: Mode, title: str) -> Driver:
        note = ""
        self._windowed = False
        if mode in ("auto", "window"):
            missing = missing_screen()
            if not missing and self._make("pandagl", width, height, title):
                if self.settings.multisamples and self._describe("pandagl", "").software:
                    # Four times the pixels are a GPU's business; opened again without.
                    self.base.closeWindow(self.base.win)
                    self._make("pandagl", width, height, title, samples=0)
                self._windowed = True
                return self._describe("pandagl", "")
            note = missing or "the screen offers no OpenGL"
            if mode == "window":
                raise DeviceError(f"no window: {note}; start it on a desktop, or add --offscreen")
        if self._make(OFFSCREEN, width, height):
            return self._describe(OFFSCREEN, note)
        note = "; ".join(filter(None, (note, f"{OFFSCREEN} cannot draw: {HINT}")))
        if self._make("p3tinydisplay", width, height):
            return self._describe("p3tinydisplay", note)
        raise DeviceError(f"nothing to draw with: {note}")

    def _make(
        self, module: str, width: int, height: int, title: str = "", samples: int | None = None
    ) -> bool:
        """Opens a window, or an offscreen buffer where there is no title; False if it cannot."""
        pipe: GraphicsPipe | None = GraphicsPipeSelection.getGlobalPtr().makeModulePipe(module)
        if pipe is None:
            return False
        self.base.pipe = pipe
        properties = WindowProperties()
        properties.setSize(width, height)
        properties.setTitle(title)
        buffers = FrameBufferProperties()
        buffers.setRgbColor(True)
        buffers.setRgbaBits(8, 8, 8, 0)
        buffers.setDepthBits(24)
        if title:
            # a software driver shows nothing of a window that has a front buffer alone
            buffers.setBackBuffers(1)
        # p3headlessgl's llvmpipe crashes on multisampling, so only windows ask for it.
        if title:
            buffers.setMultisamples(self.settings.multisamples if samples is None else samples)
        kind = "onscreen" if title else "offscreen"
        return bool(
            self.base.openDefaultWindow(
                type=kind, props=properties, fbprops=buffers, startDirect=bool(title)
            )
        )

    def _describe(self, module: str, note: str) -> Driver:
        gsg = self.base.win.getGsg()
        renderer = (gsg.getDriverRenderer() if gsg else "") or module
        name = f"{module} {renderer}".lower()
        return Driver(
            module=module,
            renderer=renderer,
            version=(gsg.getDriverVersion() if gsg else "") or "",
            software=any(word in name for word in _SOFTWARE),
            note=note,
        )

    def _note(self, note: str) -> None:
        """Adds a line to what the driver's note says."""
        if note:
            self.driver = replace(
                self.driver, note="; ".join(filter(None, (self.driver.note, note)))
            )

    def _fit(self) -> None:
        """Adapts lens and overlay to the picture's size; ``ShowBase`` does so for windows only."""
        width, height = self._fitted = self.size
        self.base.camLens.setAspectRatio(width / height)
        self.base.pixel2d.setScale(2.0 / width, 1.0, 2.0 / height)
        wide = width / height
        scale = (1.0 / wide, 1.0, 1.0) if wide >= 1 else (1.0, 1.0, wide)
        self.base.aspect2d.setScale(*scale)


def _rgb(texture: Texture) -> NDArray[np.uint8]:
    """Panda3D's bottom-up BGR or BGRA picture as top-down RGB; shape (H, W, 3)."""
    width, height = texture.getXSize(), texture.getYSize()
    stored = np.frombuffer(memoryview(texture.getRamImage()), np.uint8)
    rows = stored.reshape(height, width, -1)[::-1]
    picture = np.empty((height, width, 3), np.uint8)
    # One channel at a time: five times as fast as indexing all three with a negative step.
    for channel in range(3):
        picture[..., channel] = rows[..., 2 - channel]
    return picture
