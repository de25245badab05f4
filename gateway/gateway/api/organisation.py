"""The organisation, and the progress of its setup."""

from fastapi import APIRouter, Depends, Request, Response

from gateway.actions import organisation
from gateway.actions.identity import Administrator, CurrentCaller
from gateway.actions.parts import Gateway
from gateway.actions.setup import setup_state
from gateway.api.headers import IdempotencyKey, IfMatch, etag_responses, not_modified, require_json, set_etag
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.models import OrganisationView, SetupView, UpdateOrganisation, UpdateSetup

router = APIRouter(prefix="/api/v1", tags=["settings"], dependencies=[Depends(store_errors), Depends(require_json)])


@router.get(
    "/organisation", summary="Read the organisation", response_model=OrganisationView, responses=etag_responses()
)
async def get_organisation(
    request: Request, response: Response, parts: Gateway, caller: CurrentCaller
) -> OrganisationView | Response:
    found = await reads.get_organisation(parts.people)
    return not_modified(request, found) or set_etag(response, found)


@router.patch("/organisation", summary="Change the organisation")
async def update_organisation(
    response: Response,
    parts: Gateway,
    caller: Administrator,
    command: UpdateOrganisation,
    version: IfMatch,
    key: IdempotencyKey = None,
) -> OrganisationView:
    return set_etag(response, await organisation.update(parts, caller, command, version, key))


@router.get("/setup", summary="Read the progress of the setup")
async def get_setup(parts: Gateway, caller: Administrator) -> SetupView:
    await reads.get_organisation(parts.people)
    return await setup_state(parts, caller.reading())


@router.patch("/setup", summary="Skip a step of the setup, or dismiss the setup")
async def update_setup(parts: Gateway, caller: Administrator, command: UpdateSetup) -> SetupView:
    await organisation.update_setup(parts, caller, command)
    return await setup_state(parts, caller.reading())
