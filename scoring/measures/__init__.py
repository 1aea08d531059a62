"""Measures: one number each, with its unit, coverage, evidence and norm."""
