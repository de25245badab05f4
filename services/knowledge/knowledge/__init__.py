"""Knowledge articles, and one search over articles and tickets."""
