"""`make bench`: compares the cost of the system with that of a bare application on the same servers, in one run.

Absolute times on a shared machine are noise. Compare the ratios and the CPU per request.
"""
