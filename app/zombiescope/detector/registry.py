"""The registry of models: where they are looked up by name, which one is current, and moving between them.

Names are looked up in each folder in turn (ZOMBIESCOPE_MODELS, then HOME/models, then the package); only HOME/models
is written. CURRENT holds the name in use, HISTORY those before it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from zombiescope.detector.artefact import Artefact, read
from zombiescope.detector.promotion import at_chance, below_rule, worse
from zombiescope.detector.reference_comparison import on_common_reference
from zombiescope.errors import ModelError

__all__ = ["NAME", "ModelRegistry"]

NAME = re.compile(r"[A-Za-z0-9._-]+")
SIMULATED = "sample-3"  # trained on simulated accounts, for simulated accounts


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
        """A model of the registry, checked."""
        return read(self.path(name))

    def install(self, folder: Path) -> str:
        """Copy a model's folder, wherever it is, into the writable one under the name that its card has; the name.

        Raises ModelError where the folder holds no sound model, or another model of that name is there already.
        """
        artefact = read(folder)
        name = f"{artefact.info.name}-{artefact.info.version}"
        target = self.writable / name
        if folder.resolve() == target.resolve():
            return name
        if name in self.names():
            if self.load(name).info == artefact.info:
                return name
            raise ModelError(
                f"there is another model {name!r} already", "Train it into a folder of another name: --out."
            )
        self.writable.mkdir(parents=True, exist_ok=True)
        part = self.writable / f".{name}.part"
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(folder, part)
        part.replace(target)
        return name

    def activate(self, name: str, *, force: bool = False) -> str | None:
        """Make `name` the current model; what was current before, or None.

        Raises ModelError where there is an objection, unless forced.
        """
        self.load(name)
        reason = None if force else self.objection(name)
        try:
            before: str | None = self.current()
        except ModelError:
            before = None
        if reason:
            raise ModelError(reason, "To use it all the same: --force.")
        if before and before != name:
            self._point(name, [*self._history(), before])
        elif before is None:
            self._point(name, self._history())
        return before

    def objection(self, name: str) -> str | None:
        """Why a model should not be used instead of the current one; None where nothing speaks against it.

        Nothing speaks against one that was in use before: going back always works, also where the two were measured
        on different data. Raises ModelError where there is no such model.
        """
        artefact = self.load(name)
        card = artefact.card
        try:
            current: str | None = self.current()
        except ModelError:
            current = None
        try:
            if current == name or name in self._history() or self._shipped_current() == name:
                return None
            guesses = at_chance(card["metrics"])
            if guesses:
                return f"{name} would accuse people at random: {guesses}"
            if current is not None:
                in_use = self.load(current)
                reason = worse(card, in_use.card, lambda: on_common_reference(artefact, in_use))
                if reason:
                    return reason
            beaten = below_rule(card)
            return f"{name} is of no use: {beaten}" if beaten else None
        except ModelError:
            return None  # the current one is missing or damaged: any other is better

    def previous(self) -> str | None:
        """The name of the model that `rollback` goes back to; None where there is none."""
        history = self._history()
        return history[-1] if history else None

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

    def _shipped_current(self) -> str | None:
        """What is in use where nothing was ever activated."""
        for folder in reversed(self.folders):
            pointer = folder / "CURRENT"
            if folder != self.writable and pointer.is_file():
                return pointer.read_text("utf-8").split()[0]
        return None

    def _history(self) -> list[str]:
        """Models that were current before, the latest last."""
        file = self.writable / "HISTORY"
        return file.read_text("utf-8").split() if file.is_file() else []
