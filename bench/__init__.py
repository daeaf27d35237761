"""Measurements, printed as ratios and counts and never asserted: `make bench-preview`, `bench-calls`, `bench-local`.

Each starts a platform of its own in a temporary folder, so that a running `make local` is neither used nor disturbed.
"""
