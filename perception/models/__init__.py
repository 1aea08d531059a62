"""Weights and small trained models: what there is, where it lies, how it is checked and read."""
