"""Makes the HTML of a mail safe, and divides it into what is shown and what is folded."""
