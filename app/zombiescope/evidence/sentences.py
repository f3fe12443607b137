"""Each finding in a sentence to print and to defend: what was observed, never who did it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec.structs import replace

from zombiescope import formatting
from zombiescope.domain import Block, Cohort, Evidence, Family, FollowDates, Order, PostingClock, Spike

__all__ = ["block", "clock", "cohorts", "family", "followed", "spike", "with_sentences"]

TRAITS = 3
TWICE = 2.0  # a cohort, or a spike beside its wave, that stands out has this many times the expected number,
POINTS = 0.1  # and a cohort this much more


def with_sentences(evidence: Evidence, order: Order) -> Evidence:
    """The evidence with each finding's sentence beside its numbers, for the JSON."""
    posting_clock = evidence.clock
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
        clock=None if posting_clock is None else replace(posting_clock, text=" ".join(clock(posting_clock))),
    )


def block(run: Block, order: Order, *, promoted: bool = False) -> str:
    """What is alike and where, what they share, when they followed at the earliest, the p-value, what it explains.

    promoted: a run that new users may have made to whom the platform showed the account.
    """
    parts = (_alike(run, order), _shared(run), _when(run), _rare(run, promoted), _estimated(run))
    return " ".join(part for part in parts if part)


def family(family: Family) -> str:
    """How many are alike in what, and how many would be by chance."""
    many = formatting.plural(family.followers, "follower")
    if family.kind == "handle":
        text = f"{many} have handles of the form {formatting.clean(family.shared, longest=60)}"
        if family.expected is not None:
            text += f", where chance would give about {formatting.count(round(family.expected))}"
    elif family.kind == "bio":
        text = f"{many} have nearly the same bio: “{formatting.clean(family.shared, longest=80)}”"
    else:
        text = f"{many} post the same texts as others of them, such as “{formatting.clean(family.shared, longest=80)}”"
    if family.p_value is not None:
        text += f" ({_p(family.p_value)})"
    if family.share is not None:
        text += f"; we estimate that {formatting.most(family.share)} of them are zombies"
    return f"{text}."


def spike(spike: Spike) -> str:
    """How many accounts were made in some days, against the weeks around and against the whole platform."""
    text = (
        f"{formatting.count(spike.followers)} of the followers' accounts were created {_days(spike)}; judging by the "
        f"weeks around, one would expect {_about(spike.expected)} ({_p(spike.p_value)})."
    )
    wave = spike.wave
    if wave is None:
        return text
    text += (
        f" The whole platform had unusually many registrations in those days. {wave.what} "
        f"(source: {wave.source})."
    )
    if spike.by_wave is None:
        return text
    if spike.followers <= TWICE * spike.by_wave:
        return f"{text} So the number is not remarkable by itself."
    return (
        f"{text} Had the followers come as the platform's users did, one would expect {_about(spike.by_wave)}; "
        "more came than that."
    )


def cohorts(periods: Sequence[Cohort]) -> str:
    """The period that stands out most from the platform's own growth, or that none does."""
    first, last = formatting.day(periods[0].first), formatting.day(periods[-1].last)
    total = sum(one.followers for one in periods)
    most = max(periods, key=lambda one: one.part - one.platform_part)
    text = f"Of the {formatting.plural(total, 'follower')} whose accounts were created between {first} and {last}"
    if most.part < TWICE * most.platform_part or most.part - most.platform_part < POINTS:
        return (
            f"{text}, no period has far more than its part of the platform's registrations (published figures; the "
            "JSON of this audit lists them)."
        )
    return (
        f"{text}, {formatting.percent(most.part)} were created from {formatting.day(most.first)} to "
        f"{formatting.day(most.last)}; of "
        f"all the platform's accounts of that time it was {formatting.percent(most.platform_part)} (source: "
        f"{most.source}). "
        "Followers of one account need not be like the platform's users as a whole."
    )


def followed(dates: FollowDates) -> tuple[str, ...]:
    """When the followers came at the earliest."""
    lines = []
    dated = [bound for bound in dates.bounds if bound.earliest is not None]
    if len(dated) >= 3:
        middle = dates.bounds[len(dates.bounds) // 2]
        if middle.earliest is not None:
            lines.append(
                f"By the order of the list, nobody in the newer half of it followed before "
                f"{formatting.date(middle.earliest)}: nobody can follow before the account exists, and whoever "
                "stands later "
                "in the list followed later."
            )
    if dates.exact:
        lines.append(f"The platform told when {formatting.plural(dates.exact, 'follower')} followed.")
    if dates.contradicted:
        lines.append(
            f"Left out, since the order of the list is against them: "
            f"{formatting.plural(dates.contradicted, 'follow date')} that the platform told. Clients can write "
            "there what "
            "they like."
        )
    return tuple(lines)


def clock(clock: PostingClock) -> tuple[str, ...]:
    """At what hours the followers post, and how many post around the clock."""
    last = (clock.quiet_from + 6) % 24
    lines = [
        f"In their quietest six hours ({clock.quiet_from:02d}:00 to {last:02d}:00 UTC) the followers write "
        f"{formatting.percent(clock.quiet)} of their posts; if all hours were alike it would be 25%. The "
        "entropy of the "
        f"hours is {clock.entropy:.2f} (between {math.floor(clock.low * 100) / 100:.2f} and "
        f"{math.ceil(clock.high * 100) / 100:.2f}), where 1 is the same at all hours. Followers from many time zones "
        "flatten this clock as machines do."
    ]
    if clock.judged:
        keep = "keeps" if clock.sleepless == 1 else "keep"
        lines.append(
            f"Of {formatting.plural(clock.judged, 'follower')} with enough posts to tell, "
            f"{formatting.count(clock.sleepless)} {keep} no quiet hours: they post around the clock, as "
            "programs do and "
            "accounts that several people share."
        )
    return tuple(lines)


def _alike(run: Block, order: Order) -> str:
    first, last = run.from_ + 1, run.to + 1
    examined = run.followers if run.examined is None else run.examined
    counted = "" if order == "unknown" else f", counted from the {order.removesuffix('-first')}"
    text = formatting.plural(examined, "follower")
    if run.followers < examined:
        text = f"{formatting.count(run.followers)} of {text}"
    text += " in a row" if examined == last - first + 1 else " that we looked at"
    text += f" (places {formatting.count(first)} to {formatting.count(last)} of the list{counted})"
    if run.alike == "scored":
        text += " have a score of .5 or more"
    elif run.alike == "features":
        text += " are far more like each other, in what they do and fill in, than like those before and after them"
    elif run.created_from is not None and run.created_to is not None:
        start, stop = formatting.date(run.created_from), formatting.date(run.created_to)
        text += " have accounts that were "
        text += f"all created on {start}" if start == stop else f"created between {start} and {stop}"
    else:
        text += " are far more alike than those nearby"
    if run.around is not None:
        verb = "are like them" if run.alike == "features" else "have"
        text += f"; of the followers nearby {formatting.at_most(run.around)} {verb}"
    return f"{text}."


def _shared(run: Block) -> str:
    if not run.traits:
        return ""
    shared = (
        f"{formatting.clean(trait.name, longest=60)} ({formatting.percent(trait.inside)}; outside such runs "
        f"{formatting.percent(trait.around)})"
        for trait in run.traits[:TRAITS]
    )
    return f"What they share: {formatting.items(shared)}."


def _when(run: Block) -> str:
    if run.followed_from is None:
        # Of an unknown order: the accounts' own age.
        born = run.created_from
        return "" if born is None else f"None of those can have followed before {formatting.date(born)}."
    text = (
        f"By the order of the list none of them can have followed before {formatting.date(run.followed_from)}"
    )
    if run.followed_to is not None:
        text += f", nor after {formatting.date(run.followed_to)}"
    return f"{text}."


def _rare(run: Block, promoted: bool) -> str:
    if run.p_value < 0.001:
        chance = "fewer than 1 in 1,000"
    else:
        chance = f"at most {formatting.count(math.ceil(run.p_value * 1000))} in 1,000"
    which = (
        "Of lists that grew without being shown to new users"
        if promoted
        else "Of lists that grew by themselves"
    )
    return f"{which}, {chance} would show such a run anywhere ({_p(run.p_value)})."


def _estimated(run: Block) -> str:
    if run.share is None:
        return ""
    examined = run.followers if run.examined is None else run.examined
    of = "them" if examined == run.followers else f"these {formatting.count(examined)}"
    text = f"We estimate that {formatting.most(run.share)} of {of} are zombies"
    explains = run.explains
    if explains is None and run.part is not None:
        explains = run.share * run.part
    if explains:
        points = formatting.points(explains)
        text += f"; they alone make up {points} of the share of zombies among all followers looked at"
    return f"{text}."


def _days(spike: Spike) -> str:
    start, stop = formatting.date(spike.created_from), formatting.date(spike.created_to)
    return f"on {start}" if start == stop else f"between {start} and {stop}"


def _about(number: float) -> str:
    return "fewer than 1" if number < 1 else f"about {formatting.count(round(number))}"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"
