"""`make bench`: what the system costs beside what a bare application on the same servers costs, in one run.

Absolute times of a shared machine are noise; the ratios and the CPU per request are what to compare.
"""
