"""Scoring files of any size: inputs to parts, on one core, several or a cluster; parts to one output.

inputs -> (engine: score_input for each) -> parts in a working folder -> output, whole or not at all
"""

from zombiescope.usecases.scoring.inputs import Input, find_inputs
from zombiescope.usecases.scoring.parts import Options, Step
from zombiescope.usecases.scoring.run import Summary, score_inputs

__all__ = ["Input", "Options", "Step", "Summary", "find_inputs", "score_inputs"]
