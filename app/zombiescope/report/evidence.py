"""What the followers' order and likeness show, section by section, with what would explain it otherwise."""

from __future__ import annotations

from zombiescope import formatting
from zombiescope.domain import Audit, Frame, Order
from zombiescope.evidence import sentences

__all__ = ["NOT_WHO", "blocks", "clock", "dates", "families", "sign_ups"]

LISTED = 12  # blocks, families or spikes listed one by one
NOT_WHO = (
    "This says what the followers look like. "
    "It does not say who brought them: anyone can buy followers for anyone."
)


def blocks(audit: Audit) -> tuple[str, ...]:
    """A few sentences for each block, and where we looked."""
    evidence = audit.evidence
    if evidence is None or not evidence.blocks:
        return ()
    order = _order(audit.frame)
    lines = [
        f"Block {formatting.letter(i)}: {sentences.block(block, order)}"
        for i, block in enumerate(evidence.blocks[:LISTED])
    ]
    more = len(evidence.blocks) - LISTED
    if more > 0:
        lines.append(
            f"There are {formatting.count(more)} more such blocks; the JSON of this audit lists them."
        )
    if evidence.basis == "sample" and evidence.examined is not None:
        lines.append(
            f"We looked at the {formatting.plural(evidence.examined, 'follower')} drawn, not at the whole list: "
            "places are "
            "those of the first and the last of a run that we saw, and shorter runs escape a sample."
        )
    return (*lines, NOT_WHO)


def sign_ups(audit: Audit) -> tuple[str, ...]:
    """Runs of new accounts, which a platform can bring about as well as a vendor: the hard case."""
    evidence = audit.evidence
    if evidence is None or not evidence.sign_ups:
        return ()
    order = _order(audit.frame)
    lines = [sentences.block(block, order, promoted=True) for block in evidence.sign_ups[:LISTED]]
    more = len(evidence.sign_ups) - LISTED
    if more > 0:
        lines.append(f"There are {formatting.count(more)} more such runs; the JSON of this audit lists them.")
    lines.append(
        "This is the hard case. These accounts were new when they followed, and they stand in the order of their "
        "creation or were made within a day. Platforms recommend some accounts to people who have just signed up, "
        "and freshly made accounts that were bought look the same. By itself this is no sign that followers were "
        "bought, and no sign that they were not."
    )
    return tuple(lines)


def families(audit: Audit) -> tuple[str, ...]:
    """Followers alike beyond chance in their handles, bios or posts."""
    families = () if audit.evidence is None else audit.evidence.families or ()
    lines = [sentences.family(family) for family in families[:LISTED]]
    more = len(families) - LISTED
    if more > 0:
        lines.append(
            f"There are {formatting.count(more)} more such families; the JSON of this audit lists them."
        )
    if any(family.kind == "handle" for family in families):
        lines.append(
            "Some platforms suggest handles of such a form themselves, so that a form alone proves nothing."
        )
    if any(family.kind != "handle" for family in families):
        lines.append(
            "People also copy texts from one another, such as slogans, so that a text alone proves nothing."
        )
    return tuple(lines)


def dates(audit: Audit) -> tuple[str, ...]:
    """When the accounts were created, and when they followed at the earliest."""
    evidence = audit.evidence
    if evidence is None:
        return ()
    spikes = sorted(evidence.spikes or (), key=lambda s: -s.followers)[:LISTED]
    lines = [sentences.spike(spike) for spike in spikes]
    if any(spike.wave is None for spike in spikes):
        lines.append(
            "Where nothing is said of the whole platform, we know of no published figures that tell whether it had "
            "unusually many registrations in those days too."
        )
    if evidence.cohorts:
        lines.append(sentences.cohorts(evidence.cohorts))
    if evidence.follow_dates is not None:
        lines += sentences.followed(evidence.follow_dates)
    return tuple(lines)


def clock(audit: Audit) -> tuple[str, ...]:
    """At what hours the followers post."""
    clock = None if audit.evidence is None else audit.evidence.clock
    return () if clock is None else sentences.clock(clock)


def _order(frame: Frame | None) -> Order:
    return "unknown" if frame is None else frame.order
