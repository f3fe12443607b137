"""Which model scores: by name, by path, or the current one."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from zombiescope.errors import ModelError
from zombiescope.settings import Settings

if TYPE_CHECKING:
    from zombiescope.detector import Artefact, Detector, ModelRegistry


__all__ = ["Detectors", "artefact", "detector", "model_registry"]


def model_registry(settings: Settings) -> ModelRegistry:
    """The models there are."""
    from zombiescope.detector import ModelRegistry

    return ModelRegistry(settings.model_folders, writable=settings.home / "models")


def artefact(settings: Settings, model: str | None) -> Artefact:
    """A model by name or by the path of its folder; None: the current one."""
    from zombiescope.detector import read

    if model and (os.sep in model or Path(model, "card.json").is_file()):
        if not Path(model).is_dir():
            raise ModelError(f"there is no model folder {model}")
        return read(Path(model))
    return model_registry(settings).load(model)


def detector(settings: Settings, model: str | None = None, account: str = "") -> Detector:
    """A model ready to score; where none is named, the one for the account."""
    from zombiescope.detector import Detector

    return Detector(artefact(settings, model_registry(settings).chosen(account, model)))


class Detectors:
    """Models by name and account, each read once while its card stays the same; which is in use is asked each time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._read: dict[tuple[str, int], Detector] = {}
        self._lock = threading.Lock()

    def __call__(self, name: str, account: str = "") -> Detector:
        """The model of that name; where none is named, the one for the account."""
        models = model_registry(self._settings)
        name = models.chosen(account, name or None) or models.current()
        key = name, (models.path(name) / "card.json").stat().st_mtime_ns
        with self._lock:
            if key not in self._read:
                self._read[key] = detector(self._settings, name)
            return self._read[key]
