"""What the followers' order and likeness show, in sentences: what was observed, never who did it."""

from __future__ import annotations

from zombiescope.domain import Audit, Block, Family, Frame, PostingClock, Spike
from zombiescope.report import words

__all__ = ["blocks", "clock", "dates", "families", "sign_ups"]

TOLD = 12  # blocks, families or spikes told one by one
TRAITS = 3
NOT_WHO = (
    "This says what the followers look like. "
    "It does not say who brought them: anyone can buy followers for anyone."
)


def blocks(audit: Audit) -> tuple[str, ...]:
    """A few sentences for each block, and where we looked."""
    evidence = audit.evidence
    if evidence is None or not evidence.blocks:
        return ()
    counted = _counted(audit.frame)
    said = [
        f"Block {words.letter(i)}: {_block(block, counted)}" for i, block in enumerate(evidence.blocks[:TOLD])
    ]
    more = len(evidence.blocks) - TOLD
    if more > 0:
        said.append(f"There are {words.count(more)} more such blocks; the JSON of this audit lists them.")
    if evidence.basis == "sample" and evidence.examined is not None:
        said.append(
            f"We looked at the {words.plural(evidence.examined, 'follower')} drawn, not at the whole list: "
            f"places are "
            "those of the first and the last of a run that we saw, and shorter runs escape a sample."
        )
    return (*said, NOT_WHO)


def sign_ups(audit: Audit) -> tuple[str, ...]:
    """Runs of new accounts, which a platform can bring about as well as a vendor."""
    evidence = audit.evidence
    if evidence is None or not evidence.sign_ups:
        return ()
    counted = _counted(audit.frame)
    said = [_alike(block, counted) + _estimated(block) for block in evidence.sign_ups[:TOLD]]
    more = len(evidence.sign_ups) - TOLD
    if more > 0:
        said.append(f"There are {words.count(more)} more such runs.")
    said.append(
        "These accounts were new when they followed, and stand in the order of their creation or were made "
        "within a "
        "day. Platforms show some accounts to new users on signing up, which looks the same: by itself this "
        "is no sign of "
        "buying, and no sign against it."
    )
    return tuple(said)


def families(audit: Audit) -> tuple[str, ...]:
    """Followers alike beyond chance in their handles, bios or posts."""
    found = () if audit.evidence is None else audit.evidence.families or ()
    said = [_family(family) for family in found[:TOLD]]
    if len(found) > TOLD:
        said.append(f"There are {words.count(len(found) - TOLD)} more such families.")
    if any(family.kind == "handle" for family in found):
        said.append(
            "Some platforms suggest handles of such a form themselves, so that a form alone proves nothing."
        )
    return tuple(said)


def dates(audit: Audit) -> tuple[str, ...]:
    """When the accounts were created, and when they followed at the earliest."""
    evidence = audit.evidence
    if evidence is None:
        return ()
    said = [_spike(spike) for spike in sorted(evidence.spikes or (), key=lambda s: -s.followers)[:TOLD]]
    told = evidence.follow_dates
    if told is not None and told.exact:
        said.append(f"The platform told when {words.plural(told.exact, 'follower')} followed.")
    if told is not None and told.contradicted:
        said.append(
            f"Left out, since the order of the list is against them: "
            f"{words.plural(told.contradicted, 'follow date')} "
            "that the platform told. Clients can write there what they like."
        )
    return tuple(said)


def clock(audit: Audit) -> tuple[str, ...]:
    """At what hours the followers post."""
    found = None if audit.evidence is None else audit.evidence.clock
    return () if found is None else _clock(found)


def _counted(frame: Frame | None) -> str:
    order = "unknown" if frame is None else frame.order
    return "" if order == "unknown" else f", counted from the {order.removesuffix('-first')}"


def _block(block: Block, counted: str) -> str:
    said = _alike(block, counted)
    if block.traits:
        shared = (
            f"{words.clean(trait.name, longest=60)} ({words.percent(trait.inside)}; outside such runs "
            f"{words.percent(trait.around)})"
            for trait in block.traits[:TRAITS]
        )
        said += f" What they share: {words.items(shared)}."
    if block.followed_from is not None and block.created_to is not None and block.followed_to is not None:
        said += (
            f" By the order of the list they followed between {words.date(block.followed_from)} and "
            f"{words.date(block.followed_to)}."
        )
    said += _estimated(block)
    if block.p_value < 0.001:
        chance = "fewer than 1 of 1,000 cases"
    else:
        chance = f"about {words.count(round(block.p_value * 1000))} of 1,000 cases"
    return f"{said} A list that grew by itself would show such a run in {chance}."


def _alike(block: Block, counted: str) -> str:
    first, last = block.from_ + 1, block.to + 1
    examined = block.followers if block.examined is None else block.examined
    said = words.plural(examined, "follower")
    if block.followers < examined:
        said = f"{words.count(block.followers)} of {said}"
    said += " in a row" if examined == last - first + 1 else " that we looked at"
    said += f" (places {words.count(first)} to {words.count(last)} of the list{counted})"
    said += f" are more alike than chance allows{_in_what(block)}"
    if block.around is not None:
        also = "do" if block.alike == "scored" else "were"
        said += f" (of the followers nearby at most {words.percent(block.around)} {also})"
    return f"{said}."


def _in_what(block: Block) -> str:
    if block.alike == "scored":
        return "; they score .5 or more"
    if block.created_from is None or block.created_to is None:
        return ""
    start, stop = words.date(block.created_from), words.date(block.created_to)
    if start != stop:
        return f"; their accounts were created between {start} and {stop}"
    return f"; their accounts were all created on {start}, so none of them followed before that day"


def _estimated(block: Block) -> str:
    if block.share is None:
        return ""
    of = (
        "of them"
        if block.examined in (None, block.followers)
        else f"of these {words.count(block.examined or 0)}"
    )
    said = f" By our estimate {words.percent(block.share)} {of} are zombies"
    if block.part is not None and block.part > 0:
        said += f", which is {words.percent(block.share * block.part)} of all followers we looked at"
    return f"{said}."


def _family(family: Family) -> str:
    many = words.plural(family.followers, "follower")
    if family.kind == "handle":
        said = f"{many} have handles of the form {words.clean(family.shared, longest=60)}"
        if family.expected is not None:
            said += f", where {round(family.expected):,} would by chance"
    elif family.kind == "bio":
        said = f"{many} have nearly the same bio: “{words.clean(family.shared, longest=80)}”"
    else:
        said = f"{many} post the same texts as others of them, such as “{words.clean(family.shared, longest=80)}”"
    if family.share is not None:
        said += f"; by our estimate {words.percent(family.share)} of them are zombies"
    return f"{said}."


def _spike(spike: Spike) -> str:
    start, stop = words.date(spike.created_from), words.date(spike.created_to)
    when = f"on {start}" if start == stop else f"between {start} and {stop}"
    usual = "fewer than 1" if spike.expected < 1 else f"about {round(spike.expected):,}"
    return (
        f"{words.count(spike.followers)} of these accounts were created {when}, where the weeks around would have "
        f"{usual}."
    )


def _clock(found: PostingClock) -> tuple[str, ...]:
    last = (found.quiet_from + 6) % 24
    said = [
        f"In their quietest six hours ({found.quiet_from:02d}:00 to {last:02d}:00 UTC) the followers write "
        f"{words.percent(found.quiet)} of their posts; at all hours alike it would be 25%. Followers from "
        f"many time "
        "zones flatten this clock as machines do."
    ]
    if found.judged:
        keep = "keeps" if found.sleepless == 1 else "keep"
        said.append(
            f"Of {words.plural(found.judged, 'follower')} with enough posts to tell, "
            f"{words.count(found.sleepless)} "
            f"{keep} no quiet hours: they post around the clock."
        )
    return tuple(said)
