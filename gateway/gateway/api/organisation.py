"""The organisation, and how far setting it up is."""

from fastapi import APIRouter, Depends, Request, Response

from gateway.actions import organisation
from gateway.actions.identity import Administrator, CurrentCaller
from gateway.actions.parts import Gateway
from gateway.actions.setup import setup_state
from gateway.api.headers import IfMatch, json_only, not_modified, tagged, with_etag
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.models import OrganisationView, SetupView, UpdateOrganisation, UpdateSetup

router = APIRouter(prefix="/api/v1", tags=["settings"], dependencies=[Depends(store_errors), Depends(json_only)])


@router.get("/organisation", summary="The organisation", response_model=OrganisationView, responses=with_etag())
async def get_organisation(
    request: Request, response: Response, parts: Gateway, caller: CurrentCaller
) -> OrganisationView | Response:
    found = await reads.get_organisation(parts.people)
    return not_modified(request, found) or tagged(response, found)


@router.patch("/organisation", summary="Change the organisation")
async def update_organisation(
    response: Response,
    parts: Gateway,
    caller: Administrator,
    command: UpdateOrganisation,
    version: IfMatch,
) -> OrganisationView:
    return tagged(response, await organisation.update(parts, caller, command, version))


@router.get("/setup", summary="How far setting up is")
async def get_setup(parts: Gateway, caller: Administrator) -> SetupView:
    await reads.get_organisation(parts.people)
    return await setup_state(parts, caller.reading())


@router.patch("/setup", summary="Pass over a step, or put the list away")
async def update_setup(parts: Gateway, caller: Administrator, command: UpdateSetup) -> SetupView:
    await organisation.note_setup(parts, command)
    return await setup_state(parts, caller.reading())
