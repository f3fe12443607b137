"""The training recipe: every number that a model depends on besides its data and its seed."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["CHOOSING", "STUDY_REVEALING", "Recipe", "validating"]

# Features that tell which study an account comes from rather than what it is: with them, a vendor or study left out
# is told worse (docs/detector.md has the figures). They stay in the catalogue, for reasons, drift and evidence.
STUDY_REVEALING = (
    "posts_per_day",
    "likes_per_day",
    "followers_per_day",
    "handle_length",
    "handle_entropy",
    "handle_hard_run",
    "name_length",
    "name_words",
    "name_entropy",
    "listed_to_followers",
)
# What chooses the boosters says nothing to them.
CHOOSING = ("on_weibo",)


@dataclass(frozen=True)
class Recipe:
    """How a model is trained; docs/detector.md gives the reason and the measurement behind each number.

    folds: fold models; one of them, by a hash of its id, scores an account.
    seeds: boosters averaged in each fold.
    rounds, learning_rate, leaves, depth, leaf_rows, l2, columns: LightGBM's parameters.
    copies: pseudo-vendors made of each vendor, and pseudo-studies of each study.
    shift, age_shift: standard deviation of a pseudo-group's log-shift of its counts, and of its ages.
    age_switch: chance that a pseudo-group's ages are made up, log-uniform from a week to ten years.
    noise, age_noise: the same for each account. Ages get more of it: a vendor's accounts are all of an age, and that
        age says which vendor it is.
    reach: the same shift for the pseudo-groups that templates are made of; wider, since they stand for what was never
        seen.
    genuine_shift: how much of the shift a pseudo-study of genuine accounts gets.
    switch: chance that a pseudo-group has one of its profile fields switched for all.
    quiet: share of genuine rows of a copy that are made quiet.
    drop: chance that a row is seen with fewer fields (as one of the views, or with single fields missing).
    flagged: share of held-out genuine accounts, each study alike, that may score above one half: scores are raised
        until so many do, since zombies of a vendor not seen score lower than those that were, while genuine accounts
        of a study not seen hardly score higher.
    furthest: log-odds that scores are raised by at most.
    exclude: features of the catalogue that are not given to the booster.
    threads: LightGBM's threads; fixed, since a model's bytes depend on it; folds and seeds run side by side instead.
    """

    folds: int = 3
    seeds: int = 8
    rounds: int = 100
    learning_rate: float = 0.08
    leaves: int = 4
    depth: int = 2
    leaf_rows: int = 80
    l2: float = 20.0
    columns: float = 0.5
    copies: int = 3
    shift: float = 0.5
    reach: float = 0.7
    age_shift: float = 1.0
    age_switch: float = 0.8
    noise: float = 0.2
    age_noise: float = 0.7
    genuine_shift: float = 1.0
    switch: float = 0.3
    quiet: float = 0.15
    drop: float = 0.5
    flagged: float = 0.007
    furthest: float = 4.0
    exclude: tuple[str, ...] = (*STUDY_REVEALING, *CHOOSING)
    threads: int = 1


def validating(recipe: Recipe) -> Recipe:
    """The recipe of models that only validate, of which there are many: fewer folds and seeds.

    Of three seeds, not one: a single draw of pseudo-groups may miss a vendor by luck (docs/detector.md).
    """
    return replace(recipe, folds=2, seeds=min(recipe.seeds, 3))
