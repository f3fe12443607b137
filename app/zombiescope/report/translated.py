"""A view in the current language: its sentences and labels, never the names that came from accounts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from zombiescope.i18n.sentences import translated as _t

if TYPE_CHECKING:
    from zombiescope.report.comparison_view import ChangeView
    from zombiescope.report.view import View

__all__ = ["translated", "translated_change"]


def translated(view: View) -> View:
    """The view with everything that we say put into the current language."""
    return replace(
        view,
        simulated=None if view.simulated is None else _t(view.simulated),
        title=_t(view.title),
        where=_t(view.where),
        headline=_t(view.headline),
        missing=None if view.missing is None else _t(view.missing),
        lede=tuple(_t(sentence) for sentence in view.lede),
        lines=tuple(
            replace(line, label=_t(line.label), text=_t(line.text), meaning=_t(line.meaning))
            for line in view.lines
        ),
        marks=tuple(replace(mark, text=_t(mark.text)) for mark in view.marks),
        sections=tuple(
            replace(one, title=_t(one.title), sentences=tuple(_t(sentence) for sentence in one.sentences))
            for one in view.sections
        ),
        people=tuple(
            replace(
                one,
                place=_t(one.place),
                chance=_t(one.chance),
                reasons=tuple(replace(why, text=_t(why.text)) for why in one.reasons),
            )
            for one in view.people
        ),
        facts=tuple(replace(fact, name=_t(fact.name), value=_t(fact.value)) for fact in view.facts),
        notes=tuple(_t(note) for note in view.notes),
        sensitivity=tuple(replace(line, what=_t(line.what), text=_t(line.text)) for line in view.sensitivity),
        deliveries=tuple(
            replace(run, alike=_t(run.alike), sentence=_t(run.sentence)) for run in view.deliveries
        ),
    )


def translated_change(view: ChangeView) -> ChangeView:
    """A comparison with everything that we say put into the current language."""
    return replace(
        view,
        simulated=None if view.simulated is None else _t(view.simulated),
        title=_t(view.title),
        headline=_t(view.headline),
        rows=tuple(
            row
            if row.name == "Audit"  # ids, which a form looks for by this name
            else replace(
                row, name=_t(row.name), earlier=_t(row.earlier), later=_t(row.later), change=_t(row.change)
            )
            for row in view.rows
        ),
        bars=tuple(replace(bar, label=_t(bar.label), text=_t(bar.text)) for bar in view.bars),
        sections=tuple(
            replace(one, title=_t(one.title), sentences=tuple(_t(sentence) for sentence in one.sentences))
            for one in view.sections
        ),
    )
