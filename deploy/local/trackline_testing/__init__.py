"""What the tests of several packages share. Nothing that runs imports it, and it is in no image."""
