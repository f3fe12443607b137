"""The shelf of models: where they are looked up by name, which one is current, and moving between them.

Names are looked up in each folder in turn (ZOMBIESCOPE_MODELS, then HOME/models, then the package); only HOME/models
is written. CURRENT holds the name in use, HISTORY those before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from zombiescope.detector.artefact import Artefact, read
from zombiescope.detector.promotion import worse
from zombiescope.errors import ModelError

__all__ = ["NAME", "ModelRegistry"]

NAME = re.compile(r"[A-Za-z0-9._-]+")
SIMULATED = "sample-1"  # trained on simulated accounts, for simulated accounts


class ModelRegistry:
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

    def chosen(self, account: str, model: str | None) -> str | None:
        """The model for an account: what was asked for, for a simulated account the one of simulated followers,
        else None (the current one).

        Simulated followers resemble no real vendor: a model of real accounts would rightly find them foreign.
        """
        if model or not account.startswith("sample:") or SIMULATED not in self.names():
            return model
        return SIMULATED

    def load(self, name: str | None = None) -> Artefact:
        """A model of the shelf, checked."""
        return read(self.path(name))

    def activate(self, name: str, *, force: bool = False) -> str | None:
        """Make `name` the current model; what was current before, or None.

        Raises ModelError where it is worse than the current one, unless forced.
        """
        card = self.load(name).card
        try:
            before: str | None = self.current()
            reason = worse(card, self.load(before).card) if before != name else None
        except ModelError:
            before, reason = None, None
        if reason and not force:
            raise ModelError(f"{name} is worse than {before}: {reason}", "To use it all the same: --force.")
        if before and before != name:
            self._point(name, [*self._history(), before])
        elif before is None:
            self._point(name, self._history())
        return before

    def rollback(self) -> str:
        """Go back to the model that was current before; its name."""
        history = self._history()
        if not history:
            raise ModelError("there is no earlier model to go back to")
        self.path(history[-1])
        self._point(history[-1], history[:-1])
        return history[-1]

    def _point(self, name: str, history: Sequence[str]) -> None:
        self.writable.mkdir(parents=True, exist_ok=True)
        # The history first: a crash between the two leaves a model that is current and also in it, no harm.
        for file, text in (("HISTORY", "".join(f"{h}\n" for h in history)), ("CURRENT", f"{name}\n")):
            part = self.writable / f".{file}.part"
            part.write_text(text, "utf-8")
            part.replace(self.writable / file)

    def _history(self) -> list[str]:
        """Models that were current before, the latest last."""
        file = self.writable / "HISTORY"
        return file.read_text("utf-8").split() if file.is_file() else []
