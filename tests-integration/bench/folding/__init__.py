"""Measures how well quotes and signatures of real replies are folded."""
