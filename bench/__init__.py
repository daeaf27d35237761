"""Measurements, printed as ratios and counts and never asserted: `make bench-preview`, `bench-calls`, `bench-local`.

`preview` and `calls` start a platform of their own in a temporary folder; `local` measures the checkout's own, which it
stops first.
"""
