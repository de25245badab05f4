"""The demonstration: a fictional company with people, articles and 60 days of tickets."""
