"""Tells a writer's own words from quotes, forwarded mails and signatures. It decides what to fold, and cuts nothing."""
