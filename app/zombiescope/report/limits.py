"""What the answer leaves open: sentences on limits, labels and drift."""

from __future__ import annotations

from zombiescope import formatting
from zombiescope.detector.drift import MAJOR
from zombiescope.detector.reason_text import named
from zombiescope.domain import Audit, Frame, Interval, Labels, Sample, Span
from zombiescope.report.estimate import labelled, reached, settled_by_labels
from zombiescope.share.labels import LABELS_NEEDED

__all__ = ["change", "crowd", "drift", "labels", "left_out", "sensitivity", "unseen", "warnings"]


def unseen(audit: Audit) -> tuple[str, ...]:
    """What could not be seen: followers not reached, not listed, not ordered."""
    lines: list[str] = []
    if audit.sample is not None and audit.sample.skipped:
        lines.append(_skipped(audit.sample))
    frame = audit.frame
    if frame is not None:
        lines += _hidden(frame)
        if not frame.complete:
            window = formatting.plural(frame.listed, "follower")
            lines.append(
                f"The list could not be walked to its end: the {window} we could list are a window on it, "
                "not a random part of it."
            )
        if frame.order == "unknown":
            lines.append("The order of the list is unknown, so nothing is said about when anybody followed.")
        lines += [formatting.sentence(formatting.clean(warning, longest=400)) for warning in frame.warnings]
    return tuple(lines)


def change(audit: Audit) -> tuple[str, ...]:
    """What would change the answer, and how it could be made sharper."""
    share = audit.share
    if share is None:
        return ()
    lines: list[str] = []
    shown = reached(audit, share)
    by_labels = labelled(audit)
    if not by_labels and settled_by_labels(audit, share):
        lines.append(
            f"Labels. {LABELS_NEEDED} or more followers of the sample, drawn at random and labelled by a "
            "person, give an estimate that holds whatever the detector gets wrong: zombiescope label "
            f"{formatting.clean(audit.id, longest=80)} --export to-label.csv"
        )
    if (
        audit.schema < 2
        and shown.estimate is not None
        and isinstance(share.unseen_vendor, Span)
        and not by_labels
    ):
        wide = formatting.between(share.unseen_vendor.low, share.unseen_vendor.high)
        lines.append(
            f"A vendor new to us. If the fakes are of a kind the detector has never seen, {wide} are zombies."
        )
    if audit.as_of is not None:
        day = formatting.date(audit.as_of)
        lines.append(f"Time. This is as of {day}; platforms remove accounts and people go on following.")
    return tuple(lines)


def sensitivity(audit: Audit) -> tuple[str, ...]:
    """The interval if one thing were otherwise, a sentence for each."""
    return tuple(
        f"{formatting.sentence(formatting.clean(one.what))[:-1]}: {formatting.span(one.low, one.high, None)}."
        for one in audit.sensitivity or ()
    )


def warnings(audit: Audit) -> tuple[str, ...]:
    """What the estimator itself warns of."""
    given = () if audit.share is None else audit.share.warnings
    return tuple(formatting.sentence(formatting.clean(warning, longest=400)) for warning in given)


def labels(audit: Audit) -> tuple[str, ...]:
    """How many labels there are, by how many people, and how well these agree."""
    given = audit.labels
    if given is None or given.count == 0:
        return ()
    who = "One person" if given.annotators == 1 else formatting.plural(given.annotators, "person", "people")
    lines = [f"{who} labelled {formatting.plural(given.count, 'follower')} of the sample."]
    if given.kappa is not None:
        kappa = f"Cohen's kappa {given.kappa:.2f} (1 is full agreement, 0 is chance)"
        lines.append(f"Agreement between them: {kappa}.")
    elif given.annotators == 1:
        lines.append("With one annotator, agreement cannot be measured.")
    else:
        lines.append("Too few followers were labelled by two people to measure their agreement.")
    if given.count < LABELS_NEEDED and not labelled(audit):
        lines.append(f"The estimate leans on labels from {LABELS_NEEDED} on; these are not in it yet.")
    return (*lines, *_if_labellers_err(given))


def _if_labellers_err(given: Labels) -> list[str]:
    """What the labels leave possible where they are not taken for right, and what further ones would give."""
    lines = []
    if given.anytime is not None and given.with_20_more is not None:
        lines.append(
            f"Whoever looks at the interval after each label and stops when it pleases reads {_range(given.anytime)}; "
            f"20 further labels would give about {formatting.percent(given.with_20_more)} on either side."
        )
    if given.if_labellers_err is not None:
        lines.append(
            f"The labellers disagree on some of the {given.overlap} followers that more than one labelled. "
            f"Their answers leave shares {_range(given.if_labellers_err)} possible (latent classes, Dawid & Skene "
            "1979; errors taken to be independent)."
        )
        lines += [
            f"Labeller {n} misses {_range(one.missed)} of the zombies and accuses {_range(one.accused)} of the genuine "
            "followers."
            for n, one in enumerate(given.errors, start=1)
        ]
    if given.if_as_published is not None:
        lines.append(
            "In a published experiment people called 67% of bought accounts bought, and 37% of real users too (Cresci "
            f"et al. 2017). Had the labellers erred so, the share would be {_range(given.if_as_published)}."
        )
    return lines


def _range(shown: Span | Interval) -> str:
    return formatting.between(shown.low, shown.high, formatting.decimals(shown.low, shown.high))


def drift(audit: Audit) -> tuple[str, ...]:
    """Which features of these followers are unlike those of the accounts of training."""
    if audit.drift is None:
        return ()
    far = sorted((d for d in audit.drift if d.psi > MAJOR), key=lambda d: (-d.psi, d.feature))
    if not far:
        return (f"None of their features lies far from training (population stability index {MAJOR}).",)
    listed = formatting.items(
        f"{formatting.clean(named(d.feature), longest=60)} ({d.psi:.2f})" for d in far[:5]
    )
    more = f", the first of {len(far)}" if len(far) > 5 else ""
    return (
        f"The sample is unlike the accounts that the detector was trained on, zombies and genuine ones, in {listed}"
        f"{more}; in brackets the population stability index, where {MAJOR} is a major shift.",
        "The detector knows such accounts less well than its figures say.",
    )


def crowd(audit: Audit) -> tuple[str, ...]:
    """Whom to look at first where the list is foreign: those who stand together, unlike known people."""
    if audit.crowd is None or audit.share is None:
        return ()
    if audit.share.withheld is None and audit.share.in_domain is not False:
        return ()
    handles = {one.id: one.handle for one in audit.followers or ()}
    people = [f"@{handle}" if (handle := handles.get(i)) else i for i in audit.crowd.followers]
    shared = formatting.items(
        f"{formatting.clean(named(one.feature), longest=60)} ({formatting.percent(one.here)} of this list have "
        "it as they do, "
        f"{formatting.percent(one.known)} of known genuine accounts)"
        for one in audit.crowd.features
    )
    return (
        "Scored as people, and yet in a crowd that training knows no people in: "
        f"{formatting.items(formatting.clean(one, longest=40) for one in people)}. They share {shared}.",
        "This is a reason to look, no proof: people unlike those of training stand together too. It is no part of the "
        "share.",
    )


def left_out(audit: Audit) -> tuple[str, ...]:
    """What a reader would miss here, with the reason in a word."""
    share, frame, evidence = audit.share, audit.frame, audit.evidence
    if share is None:
        return ()
    lines: list[str] = []
    if share.whole_account is None and (frame is None or frame.declared is not None):
        lines.append("No bounds for the whole account.")
    if audit.dormant is None:
        lines.append("No share of dormant followers: it takes to know when they last posted.")
    if audit.unknown is None:
        lines.append("No share of unknown followers.")
    if audit.labels is None and share.assumes != "labels":
        lines.append("No labels by people: nobody has checked these followers by hand.")
    if evidence is None:
        lines.append("No search for blocks of followers that are too alike.")
    elif not evidence.blocks:
        where = "" if evidence.basis != "sample" else " among the followers drawn, where short ones escape"
        lines.append(
            f"Blocks of followers that are too alike: none was found{where}, which is no proof of none."
        )
    if audit.drift is None:
        lines.append("No comparison of these followers with those of training.")
    return tuple(lines)


def _skipped(sample: Sample) -> str:
    reasons = sorted(sample.skipped.items(), key=lambda kv: (-kv[1], kv[0]))
    counts = formatting.items(
        f"{formatting.count(n)} {formatting.clean(reason, longest=60)}" for reason, n in reasons
    )
    lost = sum(sample.skipped.values())
    were = "was" if lost == 1 else "were"
    drawn = formatting.plural(sample.drawn, "follower")
    return f"Of {drawn} drawn, {formatting.count(lost)} {were} not reached: {counts}."


def _hidden(frame: Frame) -> list[str]:
    declared, listed = frame.declared, frame.listed
    if declared is None:
        unknown = "The platform's own follower count is not known; so neither is how many followers the list"
        return [f"{unknown} hides, and there are no bounds for the whole account."]
    text = f"The platform declares {formatting.plural(declared, 'follower')} and lists {formatting.count(listed)}"
    if declared < listed:
        return [f"{text}, more than it declares."]
    if declared == listed:
        return []
    hidden = declared - listed
    return [
        f"{text}: {formatting.count(hidden)} ({formatting.percent(hidden / declared)}) could not be drawn."
    ]
