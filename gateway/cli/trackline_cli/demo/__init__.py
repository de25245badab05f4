"""A firm that does not exist, to look at Trackline with: people, articles and 60 days of tickets."""
