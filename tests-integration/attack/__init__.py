"""`make attack`: attacks a throw-away Trackline on this machine as somebody without an account would, and measures it.

Each module beside this one is an attack. It has `attack(target)`, which yields the figures that the attack led to.
"""
