"""Each finding in a sentence to print and to defend: what was observed, never who did it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec.structs import replace

from zombiescope import formatting
from zombiescope.domain import Block, Cohort, Evidence, Family, FollowDates, Order, PostingClock, Spike

__all__ = ["block", "clock", "cohorts", "family", "followed", "spike", "with_sentences"]

TRAITS = 3
TWICE = (
    2.0  # a cohort, or a spike beside its wave, that stands out holds this many times what would be expected,
)
POINTS = 0.1  # and a cohort this much more


def with_sentences(evidence: Evidence, order: Order) -> Evidence:
    """The evidence with each finding's sentence beside its numbers, for the JSON."""
    clock_found = evidence.clock
    return replace(
        evidence,
        blocks=tuple(replace(one, text=block(one, order)) for one in evidence.blocks),
        sign_ups=tuple(replace(one, text=block(one, order, promoted=True)) for one in evidence.sign_ups),
        families=None
        if evidence.families is None
        else tuple(replace(one, text=family(one)) for one in evidence.families),
        spikes=None
        if evidence.spikes is None
        else tuple(replace(one, text=spike(one)) for one in evidence.spikes),
        clock=None if clock_found is None else replace(clock_found, text=" ".join(clock(clock_found))),
    )


def block(found: Block, order: Order, *, promoted: bool = False) -> str:
    """What is alike and where, what they share, when they followed at the earliest, the p-value, what it explains.

    promoted: a run that new users may have made to whom the platform showed the account.
    """
    parts = (_alike(found, order), _shared(found), _when(found), _rare(found, promoted), _estimated(found))
    return " ".join(said for said in parts if said)


def family(found: Family) -> str:
    """How many are alike in what, and how many would be by chance."""
    many = formatting.plural(found.followers, "follower")
    if found.kind == "handle":
        said = f"{many} have handles of the form {formatting.clean(found.shared, longest=60)}"
        if found.expected is not None:
            said += f", where chance would give about {formatting.count(round(found.expected))}"
    elif found.kind == "bio":
        said = f"{many} have nearly the same bio: “{formatting.clean(found.shared, longest=80)}”"
    else:
        said = f"{many} post the same texts as others of them, such as “{formatting.clean(found.shared, longest=80)}”"
    if found.p_value is not None:
        said += f" ({_p(found.p_value)})"
    if found.share is not None:
        said += f"; we estimate that {formatting.most(found.share)} of them are zombies"
    return f"{said}."


def spike(found: Spike) -> str:
    """How many accounts were made in some days, against the weeks around and against the whole platform."""
    said = (
        f"{formatting.count(found.followers)} of the followers' accounts were created {_days(found)}; judging by the "
        f"weeks around, one would expect {_about(found.expected)} ({_p(found.p_value)})."
    )
    wave = found.wave
    if wave is None:
        return said
    said += (
        f" The whole platform had unusually many registrations in those days. {wave.what} "
        f"(source: {wave.source})."
    )
    if found.by_wave is None:
        return said
    if found.followers <= TWICE * found.by_wave:
        return f"{said} So the number is not remarkable by itself."
    return (
        f"{said} Had the followers come as the platform's users did, one would expect {_about(found.by_wave)}; "
        "more came than that."
    )


def cohorts(found: Sequence[Cohort]) -> str:
    """The period that stands out most from the platform's own growth, or that none does."""
    first, last = formatting.day(found[0].first), formatting.day(found[-1].last)
    total = sum(one.followers for one in found)
    most = max(found, key=lambda one: one.part - one.platform_part)
    said = f"Of the {formatting.plural(total, 'follower')} whose accounts were created between {first} and {last}"
    if most.part < TWICE * most.platform_part or most.part - most.platform_part < POINTS:
        return (
            f"{said}, no period has far more than its part of the platform's registrations (published figures; the "
            "JSON of this audit lists them)."
        )
    return (
        f"{said}, {formatting.percent(most.part)} were created from {formatting.day(most.first)} to "
        f"{formatting.day(most.last)}; of "
        f"all the platform's accounts of that time it was {formatting.percent(most.platform_part)} (source: "
        f"{most.source}). "
        "Followers of one account need not be like the platform's users as a whole."
    )


def followed(found: FollowDates) -> tuple[str, ...]:
    """When the followers came at the earliest."""
    said = []
    dated = [bound for bound in found.bounds if bound.earliest is not None]
    if len(dated) >= 3:
        middle = found.bounds[len(found.bounds) // 2]
        if middle.earliest is not None:
            said.append(
                f"By the order of the list, nobody in the newer half of it followed before "
                f"{formatting.date(middle.earliest)}: nobody can follow before the account exists, and whoever "
                "stands later "
                "in the list followed later."
            )
    if found.exact:
        said.append(f"The platform told when {formatting.plural(found.exact, 'follower')} followed.")
    if found.contradicted:
        said.append(
            f"Left out, since the order of the list is against them: "
            f"{formatting.plural(found.contradicted, 'follow date')} that the platform told. Clients can write "
            "there what "
            "they like."
        )
    return tuple(said)


def clock(found: PostingClock) -> tuple[str, ...]:
    """At what hours the followers post, and how many keep no night."""
    last = (found.quiet_from + 6) % 24
    said = [
        f"In their quietest six hours ({found.quiet_from:02d}:00 to {last:02d}:00 UTC) the followers write "
        f"{formatting.percent(found.quiet)} of their posts; if all hours were alike it would be 25%. The "
        "entropy of the "
        f"hours is {found.entropy:.2f} (between {math.floor(found.low * 100) / 100:.2f} and "
        f"{math.ceil(found.high * 100) / 100:.2f}), where 1 is the same at all hours. Followers from many time zones "
        "flatten this clock as machines do."
    ]
    if found.judged:
        keep = "keeps" if found.sleepless == 1 else "keep"
        said.append(
            f"Of {formatting.plural(found.judged, 'follower')} with enough posts to tell, "
            f"{formatting.count(found.sleepless)} {keep} no quiet hours: they post around the clock, as "
            "programs do and "
            "accounts that several people share."
        )
    return tuple(said)


def _alike(found: Block, order: Order) -> str:
    first, last = found.from_ + 1, found.to + 1
    examined = found.followers if found.examined is None else found.examined
    counted = "" if order == "unknown" else f", counted from the {order.removesuffix('-first')}"
    said = formatting.plural(examined, "follower")
    if found.followers < examined:
        said = f"{formatting.count(found.followers)} of {said}"
    said += " in a row" if examined == last - first + 1 else " that we looked at"
    said += f" (places {formatting.count(first)} to {formatting.count(last)} of the list{counted})"
    if found.alike == "scored":
        said += " have a score of .5 or more"
    elif found.alike == "features":
        said += " are far more like each other, in what they do and fill in, than like those before and after them"
    elif found.created_from is not None and found.created_to is not None:
        start, stop = formatting.date(found.created_from), formatting.date(found.created_to)
        said += " have accounts that were "
        said += f"all created on {start}" if start == stop else f"created between {start} and {stop}"
    else:
        said += " are far more alike than those nearby"
    if found.around is not None:
        verb = "are like them" if found.alike == "features" else "have"
        said += f"; of the followers nearby {formatting.at_most(found.around)} {verb}"
    return f"{said}."


def _shared(found: Block) -> str:
    if not found.traits:
        return ""
    shared = (
        f"{formatting.clean(trait.name, longest=60)} ({formatting.percent(trait.inside)}; outside such runs "
        f"{formatting.percent(trait.around)})"
        for trait in found.traits[:TRAITS]
    )
    return f"What they share: {formatting.items(shared)}."


def _when(found: Block) -> str:
    if found.followed_from is None:
        # Of an unknown order: the accounts' own age.
        born = found.created_from
        return "" if born is None else f"None of those can have followed before {formatting.date(born)}."
    said = f"By the order of the list none of them can have followed before {formatting.date(found.followed_from)}"
    if found.followed_to is not None:
        said += f", nor after {formatting.date(found.followed_to)}"
    return f"{said}."


def _rare(found: Block, promoted: bool) -> str:
    if found.p_value < 0.001:
        chance = "fewer than 1 in 1,000"
    else:
        chance = f"at most {formatting.count(math.ceil(found.p_value * 1000))} in 1,000"
    which = (
        "Of lists that grew without being shown to new users"
        if promoted
        else "Of lists that grew by themselves"
    )
    return f"{which}, {chance} would show such a run anywhere ({_p(found.p_value)})."


def _estimated(found: Block) -> str:
    if found.share is None:
        return ""
    examined = found.followers if found.examined is None else found.examined
    of = "them" if examined == found.followers else f"these {formatting.count(examined)}"
    said = f"We estimate that {formatting.most(found.share)} of {of} are zombies"
    explains = found.explains
    if explains is None and found.part is not None:
        explains = found.share * found.part
    if explains:
        points = formatting.points(explains)
        said += f"; they alone make up {points} of the share of zombies among all followers looked at"
    return f"{said}."


def _days(found: Spike) -> str:
    start, stop = formatting.date(found.created_from), formatting.date(found.created_to)
    return f"on {start}" if start == stop else f"between {start} and {stop}"


def _about(number: float) -> str:
    return "fewer than 1" if number < 1 else f"about {formatting.count(round(number))}"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"
