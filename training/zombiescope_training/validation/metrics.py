"""How good scores are: ranking, threshold and calibration, each with both classes weighing the same."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from zombiescope.arrays import FloatArray

__all__ = ["Metrics", "calibration_error", "measure"]

BINS = 15


@dataclass(frozen=True)
class Metrics:
    """One slice's figures. None where a class is missing.

    auc, ap: ranking. mcc, f1, sensitivity, specificity: at the operating point. brier, ece: of the scores as
    probabilities at the balanced prior (classes weighted to half and half; ECE over 15 equal-width bins, Guo et al.
    2017).
    """

    zombies: int
    genuine: int
    auc: float | None = None
    ap: float | None = None
    mcc: float | None = None
    f1: float | None = None
    sensitivity: float | None = None
    specificity: float | None = None
    brier: float | None = None
    ece: float | None = None

    def as_dict(self) -> dict[str, float | int | None]:
        """Its figures by name, rounded to five places."""
        return {k: round(v, 5) if isinstance(v, float) else v for k, v in asdict(self).items()}


def calibration_error(score: FloatArray, zombie: npt.NDArray[np.bool_], weight: FloatArray) -> float:
    """Expected calibration error: mean gap between score and share of zombies over equal-width bins."""
    place = np.minimum((score * BINS).astype(int), BINS - 1)
    held = np.bincount(place, weights=weight, minlength=BINS)
    predicted = np.bincount(place, weights=weight * score, minlength=BINS)
    true = np.bincount(place, weights=weight * zombie, minlength=BINS)
    return float(np.abs(predicted - true).sum() / held.sum())


def measure(score: FloatArray, zombie: npt.NDArray[np.bool_], cut: float = 0.5) -> Metrics:
    """The figures of some scores; mcc and f1 as they stand in the literature, on the slice's own class balance."""
    from sklearn.metrics import average_precision_score, f1_score, matthews_corrcoef, roc_auc_score

    ones, zeros = int(zombie.sum()), int((~zombie).sum())
    flagged = score >= cut
    sensitivity = float(flagged[zombie].mean()) if ones else None
    specificity = float((~flagged[~zombie]).mean()) if zeros else None
    if not ones or not zeros:
        return Metrics(ones, zeros, sensitivity=sensitivity, specificity=specificity)
    weight = np.where(zombie, 0.5 / ones, 0.5 / zeros)
    return Metrics(
        ones,
        zeros,
        auc=float(roc_auc_score(zombie, score)),
        ap=float(average_precision_score(zombie, score)),
        mcc=float(matthews_corrcoef(zombie, flagged)),
        f1=float(f1_score(zombie, flagged)),
        sensitivity=sensitivity,
        specificity=specificity,
        brier=float((weight * (score - zombie) ** 2).sum()),
        ece=calibration_error(score, zombie, weight),
    )
