"""The detector: a gradient-boosted classifier as an artefact on disk; load it, score with it, ask it why.

LightGBM is imported when a model first scores, not before: it takes two seconds.
"""

from zombiescope.detector.artefact import Artefact, read
from zombiescope.detector.explain import Explanation, explain
from zombiescope.detector.fold_assignment import fold_of
from zombiescope.detector.reference import GroupScores
from zombiescope.detector.registry import ModelRegistry
from zombiescope.detector.scorer import Detector

__all__ = [
    "Artefact",
    "Detector",
    "Explanation",
    "GroupScores",
    "ModelRegistry",
    "explain",
    "fold_of",
    "read",
]
