"""Settings from the environment: each name, or the same name with _FILE for a file that holds the value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zombiescope.errors import InputError

__all__ = ["Settings", "settings_from"]


@dataclass(frozen=True)
class Settings:
    """Where things are kept and found. `shipped` is the package's own models and samples.

    home: audits and the models one trains. models: a folder that is looked in before home's, or None.
    data: the published sets, for training and benchmarks.
    """

    home: Path
    models: Path | None
    data: Path
    shipped_models: Path
    shipped_sample: Path

    @property
    def model_folders(self) -> tuple[Path, ...]:
        """Where models are looked up, in order."""
        first = (self.models,) if self.models else ()
        return (*first, self.home / "models", self.shipped_models)


def settings_from(environment: Mapping[str, str], *, package: Path) -> Settings:
    """Read the settings.

    environment: variables by name. package: the folder of the zombiescope package, from which what ships is found:
    beside the code in an installed copy, at the checkout's top in an editable one.
    """
    shipped = package / "_shipped"
    checkout = package.parents[1]
    home = _value(environment, "ZOMBIESCOPE_HOME")
    models = _value(environment, "ZOMBIESCOPE_MODELS")
    data = _value(environment, "ZOMBIESCOPE_DATA")
    base = environment.get("XDG_DATA_HOME") or str(Path(environment.get("HOME", "~")).expanduser() / ".local/share")
    return Settings(
        home=Path(home) if home else Path(base) / "zombiescope",
        models=Path(models) if models else None,
        data=Path(data) if data else checkout.parent / "shared" / "data",
        shipped_models=shipped / "models" if shipped.is_dir() else checkout / "models",
        shipped_sample=shipped / "sample" if shipped.is_dir() else checkout / "data" / "sample",
    )


def _value(environment: Mapping[str, str], name: str) -> str | None:
    """The variable, else the text of the file that NAME_FILE names."""
    if environment.get(name):
        return environment[name]
    file = environment.get(f"{name}_FILE")
    if not file:
        return None
    try:
        return Path(file).read_text("utf-8").strip() or None
    except OSError as error:
        raise InputError(
            f"{name}_FILE: {file} cannot be read ({error.strerror})", f"Correct the path or set {name} itself."
        ) from None
