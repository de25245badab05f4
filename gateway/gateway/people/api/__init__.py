"""The API of people."""

from fastapi import APIRouter

from gateway.people.api import auth, links, teams, users

router = APIRouter()
for part in (auth.router, links.router, users.router, teams.router):
    router.include_router(part)
