"""The API of people."""

from fastapi import APIRouter

from gateway.people.api import auth, teams, users

router = APIRouter()
for part in (auth.router, users.router, teams.router):
    router.include_router(part)
