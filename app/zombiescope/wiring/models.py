"""Which model scores: by name, by path, or the current one."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from zombiescope.domain.tenant import DEFAULT_TENANT, check_tenant
from zombiescope.errors import ModelError
from zombiescope.settings import Settings
from zombiescope.wiring.storage import process_store

if TYPE_CHECKING:
    from zombiescope.detector import Artefact, Detector, ModelRegistry


__all__ = ["Detectors", "artefact", "detector", "model_registry", "own_models", "publish"]


def model_registry(settings: Settings, tenant: str | None = None) -> ModelRegistry:
    """The models that a tenant has: those that ship or are shared, and its own. tenant None: the settings'.

    Where ZOMBIESCOPE_DATABASE_URL names a database, trained models and which one is in use stand in it, for all
    machines; else in the home folder, which all processes of this machine share.
    """
    tenant = tenant or settings.tenant
    own = own_models(settings, tenant)
    if settings.database_url is None:
        from zombiescope.detector import ModelRegistry

        return ModelRegistry(settings.model_folders(own), writable=own)
    from zombiescope.usecases.shared_models import SharedModelRegistry

    files = process_store(settings).of(tenant).model_files
    return SharedModelRegistry(settings.model_folders(own), own, files, lambda: datetime.now(UTC))


def publish(settings: Settings, tenant: str, name: str) -> None:
    """Give all machines a model that this one has trained. Raises StorageError."""
    registry = model_registry(settings, tenant)
    if settings.database_url is not None:
        from zombiescope.usecases.shared_models import SharedModelRegistry

        if isinstance(registry, SharedModelRegistry):
            registry.publish(name)


def own_models(settings: Settings, tenant: str) -> Path:
    """The folder of the models that a tenant has trained, and of its choice of the one in use."""
    if tenant == DEFAULT_TENANT:
        return settings.home / "models"
    return settings.home / "tenants" / check_tenant(tenant) / "models"


def artefact(settings: Settings, model: str | None, tenant: str | None = None) -> Artefact:
    """A tenant's model by name or by the path of its folder; None: the current one."""
    from zombiescope.detector import read

    if model and (os.sep in model or Path(model, "card.json").is_file()):
        if not Path(model).is_dir():
            raise ModelError(f"there is no model folder {model}")
        return read(Path(model))
    return model_registry(settings, tenant).load(model)


def detector(settings: Settings, model: str | None = None, account: str = "") -> Detector:
    """A model ready to score; where none is named, the one for the account."""
    from zombiescope.detector import Detector

    return Detector(artefact(settings, model_registry(settings).chosen(account, model)))


class Detectors:
    """Models by name and account, each read once while its card stays the same; which is in use is asked each time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._read: dict[tuple[Path, int], Detector] = {}
        self._lock = threading.Lock()

    def __call__(self, name: str, account: str = "", tenant: str | None = None) -> Detector:
        """The tenant's model of that name; where none is named, the one for the account."""
        from zombiescope.detector import Detector, read

        models = model_registry(self._settings, tenant)
        folder = models.path(models.chosen(account, name or None) or models.current())
        key = folder, (folder / "card.json").stat().st_mtime_ns
        with self._lock:
            if key not in self._read:
                self._read[key] = Detector(read(folder))
            return self._read[key]
