"""The shelf of models: where they are looked up by name, which one is current, and moving between them.

Names are looked up in each folder in turn (ZOMBIESCOPE_MODELS, then HOME/models, then the package); only the first
folder that we may write to is written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from zombiescope.detector.artefact import Artefact, read
from zombiescope.errors import ModelError

__all__ = ["NAME", "Shelf"]

NAME = re.compile(r"[A-Za-z0-9._-]+")


class Shelf:
    """Models by name in a row of folders; the first folder that knows a name, or a CURRENT, wins."""

    def __init__(self, folders: Sequence[Path], writable: Path) -> None:
        self.folders = tuple(folders)
        self.writable = writable

    def names(self) -> tuple[str, ...]:
        """Every model's name (NAME-VERSION), sorted."""
        return tuple(
            sorted({card.parent.name for folder in self.folders for card in folder.glob("*/card.json")})
        )

    def current(self) -> str:
        """The name of the model in use."""
        for folder in self.folders:
            pointer = folder / "CURRENT"
            if pointer.is_file():
                return pointer.read_text("utf-8").split()[0]
        raise ModelError(
            "no model is in use", "Train one with `zombiescope train`, then `zombiescope models activate`."
        )

    def path(self, name: str | None = None) -> Path:
        """The folder of a model; None: the current one.

        Raises ModelError where there is none of that name, or the name is no name.
        """
        name = name or self.current()
        if not NAME.fullmatch(name) or name.startswith("."):
            raise ModelError(
                f"{name!r} is no model name", "A name is letters, digits, dot, dash and underscore."
            )
        for folder in self.folders:
            if (folder / name / "card.json").is_file():
                return folder / name
        raise ModelError(f"there is no model {name!r}; there are: {', '.join(self.names()) or 'none'}")

    def load(self, name: str | None = None) -> Artefact:
        """A model of the shelf, checked."""
        return read(self.path(name))

    def activate(self, name: str) -> str | None:
        """Make `name` the current model; what was current before, or None."""
        self.path(name)
        try:
            before: str | None = self.current()
        except ModelError:
            before = None
        history = [line for line in self._history() if line != name]
        self.writable.mkdir(parents=True, exist_ok=True)
        if before and before != name:
            history = [*[line for line in history if line != before], before]
        (self.writable / "CURRENT").write_text("\n".join([name, *reversed(history)]) + "\n", "utf-8")
        return before

    def rollback(self) -> str:
        """Go back to the model that was current before; its name."""
        history = self._history()
        if not history:
            raise ModelError("there is no earlier model to go back to")
        name = history[-1]
        self.path(name)
        (self.writable / "CURRENT").write_text("\n".join([name, *reversed(history[:-1])]) + "\n", "utf-8")
        return name

    def _history(self) -> list[str]:
        """Earlier models, the latest last, as our own pointer remembers them."""
        pointer = self.writable / "CURRENT"
        if not pointer.is_file():
            return []
        return list(reversed(pointer.read_text("utf-8").split()[1:]))
