"""Teams: administrators write them, agents read them."""

from fastapi import APIRouter, Depends, Request, Response

from gateway.actions import teams
from gateway.actions.caller import Caller
from gateway.actions.identity import Administrator, CurrentCaller
from gateway.actions.parts import Gateway
from gateway.api.headers import IdempotencyKey, IfMatch, etag_responses, not_modified, require_json, set_etag
from gateway.api.shapes import Listing, PageAfter, PageSize, listing
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.models import CreateTeam, TeamView, UpdateTeam
from trackline_schemas.errors import reasons, refuse

router = APIRouter(prefix="/api/v1/teams", tags=["people"], dependencies=[Depends(store_errors), Depends(require_json)])


@router.post("", summary="Create a team", status_code=201)
async def create_team(
    response: Response,
    parts: Gateway,
    caller: Administrator,
    command: CreateTeam,
    key: IdempotencyKey = None,
) -> TeamView:
    team = await teams.create(parts, caller, command, key)
    response.headers["Location"] = f"/api/v1/teams/{team.id}"
    return set_etag(response, team)


@router.get("", summary="List all teams")
async def list_teams(
    request: Request, parts: Gateway, caller: CurrentCaller, size: PageSize = 25, after: PageAfter = None
) -> Listing[TeamView]:
    """Lists teams by name. Only agents may read them."""
    _check_agent(caller)
    page = await reads.list_teams(parts.people, size=size, after=after)
    return listing(request, page.items, page.after)


@router.get("/{team_id}", summary="Read a team", response_model=TeamView, responses=etag_responses())
async def get_team(
    request: Request, response: Response, parts: Gateway, caller: CurrentCaller, team_id: str
) -> TeamView | Response:
    _check_agent(caller)
    team = await reads.get_team(parts.people, team_id)
    return not_modified(request, team) or set_etag(response, team)


@router.patch("/{team_id}", summary="Change a team")
async def update_team(
    response: Response,
    parts: Gateway,
    caller: Administrator,
    team_id: str,
    command: UpdateTeam,
    version: IfMatch,
    key: IdempotencyKey = None,
) -> TeamView:
    return set_etag(response, await teams.update(parts, caller, team_id, command, version, key))


def _check_agent(caller: Caller) -> None:
    if not caller.viewer.agent:
        raise refuse(reasons.people.TEAMS_FOR_AGENTS_ONLY)
