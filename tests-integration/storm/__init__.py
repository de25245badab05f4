"""`make storm`: people work through two replicas of everything while processes and servers die, hang and fill up.

At the end nothing that was acknowledged may be lost or doubled, nothing that was refused may have been done, and every
store must equal a recount of the log.
"""
