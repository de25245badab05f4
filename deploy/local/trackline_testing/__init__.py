"""Code that the tests of several packages share. No production code imports it, and no image contains it."""
