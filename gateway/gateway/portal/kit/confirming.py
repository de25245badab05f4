"""Says in words what a form does that asks for the password again, and to whom."""

from collections.abc import Mapping

from fastapi import Request

from gateway.kit.exchange import template_of
from gateway.people.directory import Directory
from gateway.portal.kit.forms import Form
from gateway.portal.kit.i18n import gettext, noop

# The route of the form → the sentence. %(name)s is what the form calls the new thing, %(person)s and %(team)s are those
# of the address.
SENTENCES: Mapping[str, str] = {
    "/settings/api-keys": noop("Create the API key “%(name)s”."),
    "/settings/api-keys/{key_id}/revoke": noop("Revoke an API key."),
    "/settings/people/new": noop("Create an account for %(name)s."),
    "/settings/people/{user_id}": noop("Change the permissions or addresses of %(person)s."),
    "/settings/people/{user_id}/active": noop("Activate or deactivate the account of %(person)s."),
    "/settings/people/{user_id}/invite": noop("Invite %(person)s."),
    "/settings/people/import/{import_id}": noop("Create the accounts of the file."),
    "/settings/teams/{team_id}": noop("Open the team %(team)s to everybody who may read tickets."),
    "/settings/teams/{team_id}/members": noop("Change the members of the team %(team)s."),
    "/settings/changes/{change_id}/restore": noop("Restore an earlier state."),
    "/settings/mail": noop("Change the mail server."),
    "/profile/sessions/end": noop("Sign you out on other devices."),
}


def describe(request: Request, form: Form) -> str:
    """Returns an empty text for a route that has no sentence."""
    sentence = SENTENCES.get(template_of(request.scope))
    if sentence is None:
        return ""
    directory: Directory = request.app.state.parts.people.directory
    person = directory.user(request.path_params.get("user_id", ""))
    team = directory.team(request.path_params.get("team_id", ""))
    names = {
        "name": form.text("name") or form.text("emails"),
        "person": f"{person.name} ({person.email})" if person else "",
        "team": team.name if team else "",
    }
    return gettext(sentence) % names
