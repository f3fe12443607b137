"""The one definition of every feature: the catalogue, and `extract` that computes it for training and serving."""

from zombiescope.features.catalogue import CATALOGUE, INDEX, NAMES, SCHEMA_HASH, Feature
from zombiescope.features.extract import FeatureTable, extract
from zombiescope.features.timeline import POSTS_READ

__all__ = ["CATALOGUE", "INDEX", "NAMES", "POSTS_READ", "SCHEMA_HASH", "Feature", "FeatureTable", "extract"]
