"""The model artefact and its card, written."""
