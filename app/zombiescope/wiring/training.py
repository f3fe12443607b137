"""The training package, imported when it is used, and how the service trains."""

from __future__ import annotations

import re
import shutil
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from zombiescope.errors import ModelError, TrainingError
from zombiescope.settings import Settings

if TYPE_CHECKING:
    from types import ModuleType

    from zombiescope.detector import Artefact
    from zombiescope.jobs import Train
    from zombiescope.usecases.audit_request import ProgressCallback


from zombiescope.wiring.models import artefact, own_models

__all__ = ["train", "trainer", "training_commands"]


def training_commands() -> ModuleType:
    """The training package's commands, imported only now: it is large, and an installation may lack it."""
    try:
        import zombiescope_training.commands as commands
    except ImportError as error:  # pragma: no cover - needs an installation without it
        raise TrainingError(
            f"training is not installed here ({error})", "Install the whole zombiescope package."
        ) from None
    module: Any = commands
    return module  # type: ignore[no-any-return]


def trainer(settings: Settings) -> Train:
    """How the service trains: `train` with these settings, which another process can call."""
    return partial(train, settings)


def train(
    settings: Settings,
    labelled: Path,
    tenant: str,
    name: str,
    base: str | None,
    on_progress: ProgressCallback,
) -> str:
    """Train a model on a file of labelled records; its name in the tenant's folder, where it is whole or not at all.

    Raises TrainingError where the records cannot train one, ModelError where `base` is none.
    """
    folder = name if re.fullmatch(r".+-\d[A-Za-z0-9._]*", name) else f"{name}-1"
    own = own_models(settings, tenant)
    target = own / folder
    with TemporaryDirectory(dir=_created(own), prefix=".training-") as workshop:
        part = Path(workshop, folder)
        training_commands().train_model(
            [str(labelled)],
            settings.data,
            part,
            base=artefact(settings, base, tenant) if base else None,
            current=_current(settings, tenant),
            on_progress=on_progress,
        )
        if target.exists():  # of a run that was cut off after this line
            shutil.rmtree(target)
        part.replace(target)
    return folder


def _current(settings: Settings, tenant: str) -> Artefact | None:
    try:
        return artefact(settings, None, tenant)
    except ModelError:
        return None


def _created(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
