"""The REST API: one router for each kind of resource."""

from fastapi import APIRouter

from gateway.api import analytics, articles, categories, notifications, problem_pages, search, stream, tickets

router = APIRouter()
for _part in (tickets, categories, articles, search, notifications, analytics, stream, problem_pages):
    router.include_router(_part.router)
