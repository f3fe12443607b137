"""The recipe: augmentation, boosters, calibration, templates."""
