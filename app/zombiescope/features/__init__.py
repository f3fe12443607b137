"""The one definition of every feature: the catalogue, and `extract` that computes it for training and serving."""

from zombiescope.features.catalogue import CATALOGUE, INDEX, NAMES, SCHEMA_HASH, Feature
from zombiescope.features.extract import FeatureTable, dates, extract
from zombiescope.features.silence import SILENT_DAYS, silent
from zombiescope.features.timeline import POSTS_READ

__all__ = [
    "CATALOGUE",
    "INDEX",
    "NAMES",
    "POSTS_READ",
    "SCHEMA_HASH",
    "SILENT_DAYS",
    "Feature",
    "FeatureTable",
    "dates",
    "extract",
    "silent",
]
