"""The training recipe: every number that a model depends on besides its data and its seed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zombiescope.features import CATALOGUE

__all__ = ["CHOOSING", "OF_POSTS", "REACTIONS", "STUDY_REVEALING", "Recipe", "validating"]

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
# Features of posts lower the score of fakes whose vendor recycles people's posts; no form of them transferred over
# three vendors (docs/adr/0011). They are evidence. Reactions received are given to a sample that has them.
OF_POSTS = tuple(feature.name for feature in CATALOGUE if feature.timeline)
REACTIONS = ("reactions_to_followers",)


@dataclass(frozen=True)
class Recipe:
    """How a model is trained; docs/detector.md gives the reason and the measurement behind each number.

    folds: fold models; one of them, by a hash of its id, scores an account.
    seeds: boosters averaged in each fold.
    rounds, learning_rate, leaf_rows, l2, columns: LightGBM's parameters.
    depth: of the trees. At 1 the score is a sum of functions of one feature each, which transfers to vendors and
        studies not seen as well as interactions do, and is simpler.
    depth_apart: of the trees of a part that knows one vendor and one study, where interactions help.
    draws: times that each account is drawn, in a pattern of fields each.
    single: chance that one more field of a drawn row is not known.
    quiet_weight: least share of the genuine weight that quiet people have (under 10 followers and 10 posts).
    nothing: weight of rows of which nothing is known, half of each class, as a share of all others'.
    flagged: share of held-out genuine accounts, each study alike, that may score above one half: scores are raised
        until so many do, since zombies of a vendor not seen score lower than those that were.
    furthest: log-odds that scores are raised by at most.
    exclude: features of the catalogue that are not given to the booster.
    threads: LightGBM's threads; fixed, since a model's bytes depend on it; folds and seeds run side by side instead.
    """

    folds: int = 3
    seeds: int = 1
    rounds: int = 120
    learning_rate: float = 0.055
    depth: int = 1
    depth_apart: int = 2
    leaf_rows: int = 80
    l2: float = 20.0
    columns: float = 0.5
    draws: int = 2
    single: float = 0.03
    quiet_weight: float = 0.0
    nothing: float = 0.02
    flagged: float = 0.008
    furthest: float = 1.0
    exclude: tuple[str, ...] = (*STUDY_REVEALING, *CHOOSING, *OF_POSTS)
    threads: int = 1


def validating(recipe: Recipe) -> Recipe:
    """The recipe of models that only validate, of which there are many: fewer folds and one seed."""
    return replace(recipe, folds=2, seeds=1)
