"""The one place that picks implementations: settings in, sources, models, storage and training out."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zombiescope.errors import AccountError, ModelError, TrainingError
from zombiescope.settings import Settings, settings_from

if TYPE_CHECKING:
    from types import ModuleType

    from zombiescope.audit import Request
    from zombiescope.detector import Artefact, Detector, Shelf
    from zombiescope.report import Truth
    from zombiescope.sources.base import Source
    from zombiescope.storage import Store

__all__ = ["PLATFORMS", "artefact", "detector", "settings", "shelf", "source", "store", "training", "truth"]

PACKAGE = Path(__file__).resolve().parent


def settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process."""
    return settings_from(os.environ if environment is None else environment, package=PACKAGE)


def _files(request: Request, _: Settings) -> Source:
    from zombiescope.sources.files import FileSource

    return FileSource(order=request.order or "unknown", declared=request.declared)


def _sample(_: Request, found: Settings) -> Source:
    from zombiescope.sources.sample import SampleSource

    return SampleSource(found.shipped_sample)


# What stands before the colon of an account, and the source that knows it.
PLATFORMS: Mapping[str, Callable[[Request, Settings], Source]] = {"file": _files, "sample": _sample}


def source(request: Request, found: Settings) -> Source:
    """The source of the account asked for.

    Raises AccountError where the account is not SOURCE:NAME or nobody knows the source.
    """
    platform, colon, name = request.account.partition(":")
    if not colon or not name or platform not in PLATFORMS:
        known = ", ".join(f"{p}:NAME" if p != "file" else "file:PATH" for p in sorted(PLATFORMS))
        raise AccountError(f"{request.account!r} is no account that zombiescope knows", f"Write one of {known}.")
    return PLATFORMS[platform](request, found)


def shelf(found: Settings) -> Shelf:
    """The models there are."""
    from zombiescope.detector import Shelf

    return Shelf(found.model_folders, writable=found.home / "models")


def artefact(found: Settings, model: str | None) -> Artefact:
    """A model by name or by the path of its folder; None: the current one."""
    from zombiescope.detector import read

    if model and (os.sep in model or Path(model, "card.json").is_file()):
        if not Path(model).is_dir():
            raise ModelError(f"there is no model folder {model}")
        return read(Path(model))
    return shelf(found).load(model)


def detector(found: Settings, model: str | None = None) -> Detector:
    """A model ready to score."""
    from zombiescope.detector import Detector

    return Detector(artefact(found, model))


def store(found: Settings) -> Store:
    """Where audits are kept: the database that is set, else a file in the home folder.

    Raises StorageError where it cannot be used.
    """
    from zombiescope.storage import opened, sqlite_url

    return opened(found.database_url or sqlite_url(found.home / "zombiescope.sqlite"))


def truth(account: str, found: Settings) -> Truth | None:
    """What is known of a simulated account; None of any other."""
    match = re.fullmatch(r"sample:(.+)", account)
    if not match:
        return None
    from zombiescope.report import Truth
    from zombiescope.sources.sample import SampleSource

    known = SampleSource(found.shipped_sample).truth(match[1])
    return Truth(
        share=known.reached,
        text=f"Of all {known.listed:,} on the list {100 * known.share:.1f}% are; of those whose profile can be "
        f"reached, {100 * known.reached:.1f}%.",
    )


def training() -> ModuleType:
    """The training package's commands, imported only now: it is large, and an installation may lack it."""
    try:
        import zombiescope_training.commands as commands
    except ImportError as error:  # pragma: no cover - needs an installation without it
        raise TrainingError(
            f"training is not installed here ({error})", "Install the whole zombiescope package."
        ) from None
    module: Any = commands
    return module  # type: ignore[no-any-return]
