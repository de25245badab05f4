"""The API of people."""

from fastapi import APIRouter

from gateway.people.api import api_keys, auth, imports, links, teams, users

router = APIRouter()
for part in (auth.router, links.router, users.router, teams.router, imports.router, api_keys.router):
    router.include_router(part)
