"""Uses the generated client as an integration would: python use.py ADDRESS TOKEN. It prints one line of JSON."""

import json
import sys
from io import BytesIO
from uuid import uuid4

from trackline_client import AuthenticatedClient
from trackline_client.api.files import upload_file
from trackline_client.api.tickets import add_comment, change_ticket, create_ticket, get_ticket, list_tickets
from trackline_client.models import CreateTicket, NewComment, TicketPatch
from trackline_client.types import File

address, token = sys.argv[1:]
with AuthenticatedClient(base_url=address, token=token) as client:
    new = CreateTicket(title="From a client in Python", description="It is slow.", impact=2)
    made = create_ticket.sync_detailed(client=client, body=new, idempotency_key=str(uuid4()))
    number, tag = made.parsed.number, made.headers["ETag"]
    changed = change_ticket.sync(number, client=client, body=TicketPatch(urgency=1), if_match=tag)
    stale = change_ticket.sync_detailed(number, client=client, body=TicketPatch(urgency=2), if_match=tag)
    commented = add_comment.sync(number, client=client, body=NewComment(text="Still slow."))
    listed = list_tickets.sync(client=client, pagesize=5, sort="-created_at", filterstate="new")
    file = upload_file.sync(client=client, name="trace.log", body=File(payload=BytesIO(b"line\n")))
    read = get_ticket.sync(number, client=client)
    print(
        json.dumps(
            {
                "title": read.title,
                "urgency": changed.urgency,
                "stale": json.loads(stale.content)["code"],
                "version": commented.version,
                "listed": number in [one.number for one in listed.data],
                "file": file.name,
            }
        )
    )
