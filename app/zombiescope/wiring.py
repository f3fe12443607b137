"""The one place that picks implementations: settings in, sources, models, storage and training out."""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache, partial
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from zombiescope.errors import AccountError, InputError, ModelError, TrainingError
from zombiescope.settings import Settings, settings_from

if TYPE_CHECKING:
    from types import ModuleType

    from zombiescope.audit import Request
    from zombiescope.detector import Artefact, Detector, Shelf
    from zombiescope.jobs import Engine, Means, Pulse, Train, Worker
    from zombiescope.report import Truth
    from zombiescope.request import Told
    from zombiescope.sources.base import Source
    from zombiescope.sources.client import Connector
    from zombiescope.sources.guard import Guard
    from zombiescope.sources.pace import Paces
    from zombiescope.sources.plan import Budget
    from zombiescope.sources.walk import PageStore
    from zombiescope.storage import Store

__all__ = [
    "PLATFORMS",
    "artefact",
    "detector",
    "paces",
    "platforms",
    "settings",
    "shelf",
    "source",
    "store",
    "training",
    "truth",
]

PACKAGE = Path(__file__).resolve().parent


def settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process."""
    return settings_from(os.environ if environment is None else environment, package=PACKAGE)


def _files(request: Request, _: Settings, __: Budget | None) -> Source:
    from zombiescope.sources.files import FileSource

    return FileSource(order=request.order or "unknown", declared=request.declared)


def _sample(_: Request, found: Settings, __: Budget | None) -> Source:
    from zombiescope.sources.sample import SampleSource

    return SampleSource(found.shipped_sample)


def _bluesky(request: Request, found: Settings, budget: Budget | None) -> Source:
    from zombiescope.sources import bluesky

    connector = bluesky.connector(
        appview=found.bluesky_appview, plc=found.bluesky_plc, guard=_guard(found), paces=paces("bluesky")
    )
    return _live(connector, request, found, budget)


def _mastodon(request: Request, found: Settings, budget: Budget | None) -> Source:
    from zombiescope.sources import mastodon

    connector = mastodon.connector(
        tokens=dict(found.mastodon_tokens), guard=_guard(found), paces=paces("mastodon")
    )
    return _live(connector, request, found, budget)


def _weibo(request: Request, found: Settings, budget: Budget | None) -> Source:
    from zombiescope.sources import weibo

    connector = weibo.connector(cookie=found.weibo_cookie, guard=_guard(found), paces=paces("weibo"))
    return _live(connector, request, found, budget)


def _x(request: Request, found: Settings, budget: Budget | None) -> Source:
    from zombiescope.sources import x

    return _live(
        x.connector(token=found.x_token, guard=_guard(found), paces=paces("x")), request, found, budget
    )


def _guard(found: Settings) -> Guard:
    from zombiescope.sources.guard import Guard

    return Guard(private=found.allow_private_hosts)


@cache
def paces(platform: str) -> Paces:
    """A platform's, one for the whole process: its audits share the limits of each host."""
    from zombiescope.sources.pace import Paces

    return Paces()


def _live(connector: Connector, request: Request, found: Settings, budget: Budget | None) -> Source:
    from zombiescope.sources.live import LiveSource

    return LiveSource(
        connector, store=_pages(found), budget=budget, sample=request.sample, posts=request.posts
    )


@cache
def _pages(found: Settings) -> PageStore:
    """What was fetched, opened once for all sources of this process."""
    return store(found).pages


# What stands before the colon of an account, and the source that knows it.
Factory = Callable[["Request", Settings, "Budget | None"], "Source"]
PLATFORMS: Mapping[str, Factory] = {
    "bluesky": _bluesky,
    "file": _files,
    "mastodon": _mastodon,
    "sample": _sample,
    "weibo": _weibo,
    "x": _x,
}
# Other packages offer a Factory under its platform's name in this group of entry points.
GROUP = "zombiescope.sources"


def platforms() -> list[str]:
    """The names of all platforms, those of other packages among them."""
    return sorted({*PLATFORMS, *(point.name for point in entry_points(group=GROUP))})


def source(request: Request, found: Settings, *, budget: Budget | None = None) -> Source:
    """The source of the account asked for.

    budget: what a live one may spend; None: no money, any number of requests.

    Raises AccountError where the account is not SOURCE:NAME or nobody knows the source.
    """
    platform, colon, name = request.account.partition(":")
    factory = PLATFORMS.get(platform) or _plugged_in(platform)
    if not colon or not name or factory is None:
        known = ", ".join(f"{p}:NAME" if p != "file" else "file:PATH" for p in platforms())
        raise AccountError(
            f"{request.account!r} is no account that zombiescope knows", f"Write one of {known}."
        )
    return factory(request, found, budget)


def _plugged_in(platform: str) -> Factory | None:
    """The source that another package offers under this name."""
    for point in entry_points(group=GROUP, name=platform):
        try:
            factory: Factory = point.load()
        except Exception as error:  # noqa: BLE001 - another package's code may raise anything
            raise AccountError(
                f"the source {platform!r} ({point.value}) cannot be loaded ({type(error).__name__}: {error})",
                "Correct or remove the package that offers it.",
            ) from None
        return factory
    return None


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


def detector(found: Settings, model: str | None = None, account: str = "") -> Detector:
    """A model ready to score; where none is named, the one for the account."""
    from zombiescope.detector import Detector

    return Detector(artefact(found, shelf(found).chosen(account, model)))


class Detectors:
    """Models by name and account, each read once while its card stays the same; which is in use is asked each time."""

    def __init__(self, found: Settings) -> None:
        self._settings = found
        self._read: dict[tuple[str, int], Detector] = {}
        self._lock = threading.Lock()

    def __call__(self, name: str, account: str = "") -> Detector:
        """The model of that name; where none is named, the one for the account."""
        models = shelf(self._settings)
        name = models.chosen(account, name or None) or models.current()
        key = name, (models.path(name) / "card.json").stat().st_mtime_ns
        with self._lock:
            if key not in self._read:
                self._read[key] = detector(self._settings, name)
            return self._read[key]


def store(found: Settings) -> Store:
    """Where audits are kept: the database that is set, else a file in the home folder.

    Raises StorageError where it cannot be used.
    """
    from zombiescope.storage import opened

    return opened(database(found))


def database(found: Settings) -> str:
    """The URL of the database."""
    from zombiescope.storage import sqlite_url

    return found.database_url or sqlite_url(found.home / "zombiescope.sqlite")


def engine(found: Settings) -> Engine:
    """What runs jobs, on the same database."""
    from zombiescope.jobs import Durable

    return Durable(database(found))


def pulse(found: Settings) -> Pulse:
    """How fast jobs go. Raises InputError for a name or a number that ZOMBIESCOPE_PULSE may not hold."""
    from zombiescope.jobs import Pulse

    usual = asdict(Pulse())
    if unknown := [name for name in found.pulse if name not in usual]:
        raise InputError(f"ZOMBIESCOPE_PULSE: there is no {unknown[0]!r}", f"There are: {', '.join(usual)}.")
    return Pulse(**{name: type(usual[name])(value) for name, value in found.pulse.items()})


def worker(found: Settings, opened: Store) -> Worker:
    """A worker on an open store."""
    from zombiescope.jobs import Worker

    return Worker(means(found, opened), engine(found))


def means(found: Settings, opened: Store) -> Means:
    """What a worker's jobs are given."""
    from zombiescope import keeping
    from zombiescope.jobs import Means

    return Means(
        store=opened,
        source=lambda request, budget: source(request, found, budget=budget),
        detector=Detectors(found),
        kept=keeping.kept_of,
        rescore=keeping.rescored,
        train=trainer(found),
        now=lambda: datetime.now(UTC),
        clock=time.monotonic,
        keep_days=found.keep_days,
        pulse=pulse(found),
    )


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


def trainer(found: Settings) -> Train:
    """How the service trains: `train` with these settings, which another process can be told to call."""
    return partial(train, found)


def train(found: Settings, labelled: Path, name: str, base: str | None, told: Told) -> str:
    """Train a model on a file of labelled records; its name under HOME/models, where it is whole or not at all.

    Raises TrainingError where the records cannot train one, ModelError where `base` is none.
    """
    folder = name if re.fullmatch(r".+-\d[A-Za-z0-9._]*", name) else f"{name}-1"
    made = found.home / "models" / folder
    with TemporaryDirectory(dir=_made(found.home / "models"), prefix=".training-") as workshop:
        part = Path(workshop, folder)
        training().train_model(
            [str(labelled)],
            found.data,
            part,
            base=artefact(found, base) if base else None,
            current=_current(found),
            told=told,
        )
        if made.exists():  # of a run that was cut off after this line
            shutil.rmtree(made)
        part.replace(made)
    return folder


def _current(found: Settings) -> Artefact | None:
    try:
        return artefact(found, None)
    except ModelError:
        return None


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
