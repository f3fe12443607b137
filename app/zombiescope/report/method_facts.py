"""How the audit was made and how to make it again: facts for the footnotes and the command line."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime, time

from zombiescope import formatting
from zombiescope.domain import Audit
from zombiescope.platforms import names

__all__ = ["NOTES", "Fact", "command", "facts"]

NOTES = (
    (
        "The share is no count of high scores, which would be far off. A detector gives each follower a "
        "score; the share is that of the mixture of known zombies and known genuine followers whose scores "
        "look like those here. The interval holds the errors of both the sample and the detector."
    ),
    (
        "Bounds take the worst case either way and have no best estimate. Those for the whole list and the "
        "whole account hold whoever the followers are that we could not reach or that the list does not show."
    ),
    (
        "A score is a probability as if half of the list were zombies. The chance given for a person is "
        "moved to the share of this list. It is an estimate about an account and no verdict on a person."
    ),
)


@dataclass(frozen=True)
class Fact:
    """One line of the footnotes."""

    name: str
    value: str


def facts(audit: Audit) -> tuple[Fact, ...]:
    """Method, sample, model and dates, as far as they are known."""
    facts: list[Fact] = []
    if audit.account is not None:
        facts.append(Fact("Account", formatting.clean(audit.account.ref)))
    if audit.as_of is not None:
        facts.append(Fact("As of", f"{audit.as_of.astimezone(UTC):%Y-%m-%d %H:%M} UTC"))
    if audit.share is not None:
        facts.append(
            Fact("Estimate", f"{formatting.clean(audit.share.method)}, {audit.share.level * 100:g}% interval")
        )
    sample = audit.sample
    if sample is not None:
        drawn = f"{formatting.count(sample.drawn)} drawn, {formatting.count(sample.scored)} scored"
        facts.append(Fact("Sample", f"{formatting.clean(sample.design)}, {drawn}, seed {sample.seed}"))
        if sample.design_effect is not None:
            text = f"{sample.design_effect:.2f} (1 is a simple random sample, less is sharper)"
            facts.append(Fact("Design effect", text))
    if audit.model is not None:
        model = f"{formatting.clean(audit.model.name)} {formatting.clean(audit.model.version)}"
        facts.append(Fact("Model", f"{model}, sha256 {formatting.clean(audit.model.sha256)[:16]}"))
    if audit.cost is not None:
        money = f", ${audit.cost.money:.2f}" if audit.cost.money else ""
        facts.append(Fact("Cost", f"{formatting.plural(audit.cost.requests, 'request')}{money}"))
    facts.append(
        Fact("Audit", f"{formatting.clean(audit.id, longest=80)}, begun {formatting.date(audit.created_at)}")
    )
    return tuple(facts)


def command(audit: Audit) -> str | None:
    """The command line that repeats this audit; None where it cannot be known (an upload, nothing drawn yet).

    --posts and --margin are not part of an audit: a caller that used them knows its own command line.
    """
    account, sample = audit.account, audit.sample
    if account is None or sample is None or account.ref.partition(":")[0] not in names():
        return None
    parts = [
        "zombiescope",
        "audit",
        formatting.clean(account.ref),
        "--sample",
        str(sample.drawn),
        "--seed",
        str(sample.seed),
    ]
    if audit.as_of is not None:
        parts += ["--as-of", _moment(audit.as_of)]
    if audit.model is not None:
        parts += ["--model", formatting.clean(f"{audit.model.name}-{audit.model.version}")]
    if audit.frame is not None and account.ref.startswith("file:"):
        if audit.frame.order != "unknown":
            parts += ["--order", audit.frame.order]
        if audit.frame.declared is not None:
            parts += ["--declared", str(audit.frame.declared)]
    if audit.claim is not None:
        parts += ["--claim", f"{audit.claim.value:g}"]
    return shlex.join(parts)


def _moment(when: datetime) -> str:
    utc = when.astimezone(UTC)
    return f"{utc:%Y-%m-%d}" if utc.time() == time() else utc.isoformat().replace("+00:00", "Z")
