"""`make prove`: takes each mechanism against loss and duplication away, and shows that its test then fails.

Works on a copy of the tree; a mechanism whose line has changed, or whose test still passes without it, is an error.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from trackline_local.packages import FOLDERS

ROOT = Path(__file__).parent.parent
PACKAGES = [*FOLDERS, "tests-integration"]
CORE = "services/core/trackline_core"
CHASSIS = "services/chassis/trackline_chassis"
CHASSIS_TESTS = "services/chassis/tests"


@dataclass(frozen=True)
class Mechanism:
    """`line` of `file` becomes `without`; then `test` must fail."""

    name: str
    file: str
    line: str
    without: str
    test: str


MECHANISMS = [
    Mechanism(
        "the sweep brings what a killed relay left (each of its three steps)",
        f"{CHASSIS}/outbox.py",
        "                if monotonic() >= sweep_at:\n",
        "                if False:\n",
        f"{CHASSIS_TESTS}/test_outbox.py -k killed_before_a_step",
    ),
    Mechanism(
        "only confirmed events are cleared",
        f"{CORE}/outbox.py",
        "if ok]",
        "]",
        f"{CHASSIS_TESTS}/test_outbox.py -k unconfirmed",
    ),
    Mechanism(
        "a publisher of a service asks a queue again after it was full",
        f"{CHASSIS}/publisher.py",
        "        if self._full:\n",
        "        if False:\n",
        f"{CHASSIS_TESTS}/test_publisher.py",
    ),
    Mechanism(
        "the gateway's publisher asks a queue again after it was full",
        "gateway/gateway/bus/publisher.py",
        "        if any(map(_says_full, failures)):\n",
        "        if False:\n",
        "gateway/tests/people/test_outbox.py -k limit_is_lifted",
    ),
    Mechanism(
        "the log takes an event once, whoever relays it",
        f"{CHASSIS}/outbox.py",
        "        insert_new(self._log, logged)\n",
        '        self._log.insert_many([{**row, "_id": object().__hash__(), "sequence": id(row)} for row in logged])\n',
        f"{CHASSIS_TESTS}/test_outbox.py -k two_relays",
    ),
    Mechanism(
        "a save names the version that it saw",
        f"{CORE}/outbox.py",
        'return {"_id": key, "version": version}',
        'return {"_id": key}',
        f"{CHASSIS_TESTS}/test_outbox.py -k stale_save",
    ),
    Mechanism(
        "pending_at stays while an event is pending",
        f"{CORE}/outbox.py",
        '{"$cond": [empty, "$$REMOVE", "$pending_at"]}',
        '"$$REMOVE"',
        f"{CHASSIS_TESTS}/test_outbox.py -k while_the_relay_clears",
    ),
    Mechanism(
        "a relay that was stopped leaves no rows of a removed document",
        f"{CHASSIS}/outbox.py",
        "        if self._clear(rows, confirmed) < len(core.keys(rows)):\n",
        "        if self._clear(rows, confirmed) < 0:\n",
        f"{CHASSIS_TESTS}/test_outbox.py -k removed_document",
    ),
    Mechanism(
        "an event that cannot be handled is retried instead of lost",
        f"{CHASSIS}/ladder.py",
        "        message = to_retry_queue(queue, body, headers, reason, self._delays)\n",
        "        return\n        message = None\n",
        f"{CHASSIS_TESTS}/test_consumer.py -k poison",
    ),
    Mechanism(
        "broken messages go to the dead letters",
        f"{CHASSIS}/consumer.py",
        'self._ladder.bury(self._queue, _body(message), f"broken message: {error}")',
        "log.debug(str(error))",
        f"{CHASSIS_TESTS}/test_consumer.py -k broken_message",
    ),
    Mechanism(
        "a consumer skips the event types that it does not handle",
        f"{CHASSIS}/consumer.py",
        "if handles(self._queue, one[1]) or self._every_type",
        "if handles(self._queue, one[1]) or True",
        f"{CHASSIS_TESTS}/test_consumer.py -k is_not_handled",
    ),
    Mechanism(
        "an outage of a store costs no attempt",
        f"{CHASSIS}/consumer.py",
        "if not self._unavailable(error):",
        "if True:",
        f"{CHASSIS_TESTS}/test_consumer.py -k costs_no_attempt",
    ),
    Mechanism(
        "lost connections make no dead letter",
        f"{CHASSIS}/consumer.py",
        "if is_worn(message.headers)]",
        "if False]",
        f"{CHASSIS_TESTS}/test_renewal.py -k killed_again_and_again",
    ),
    Mechanism(
        "looks destroy no dead letter",
        "gateway/gateway/actions/health.py",
        "        if is_worn(message.headers):\n",
        "        if False:\n",
        "gateway/tests/core/test_renewal.py -k looking",
    ),
    Mechanism(
        "events are acked after they were handled",
        f"{CHASSIS}/consumer.py",
        "basic_consume(self._queue, callback=self._inbox.append)",
        "basic_consume(self._queue, no_ack=True, callback=self._inbox.append)",
        f"{CHASSIS_TESTS}/test_consumer.py -k before_its_ack",
    ),
    Mechanism(
        "publishers and consumers come back after a broker restart",
        f"{CHASSIS}/consumer.py",
        "            except RECONNECT as error:\n",
        "            except ZeroDivisionError as error:\n",
        f"{CHASSIS_TESTS}/test_broker_restart.py -k away_arrive",
    ),
    Mechanism(
        "a call past its deadline is dropped",
        f"{CHASSIS}/rpc.py",
        "time() > call.deadline",
        "call.deadline < 0",
        f"{CHASSIS_TESTS}/test_rpc.py -k past_its_deadline",
    ),
    Mechanism(
        "a worker killed in a call is followed by another",
        f"{CHASSIS}/rpc.py",
        "        finish = partial(self._finish, call, message)\n",
        "        finish = partial(self._finish, call, message)\n        message.ack()\n",
        f"{CHASSIS_TESTS}/test_rpc.py -k killed_in_a_call",
    ),
    Mechanism(
        "a replay goes on where a process died",
        f"{CHASSIS}/replay.py",
        '{"done": False, "claimed_until": {"$lte": now()}}',
        '{"done": False, "events": 0}',
        f"{CHASSIS_TESTS}/test_replay.py -k another_process",
    ),
    Mechanism(
        "the same key opens one ticket",
        f"{CORE}/records/command.py",
        "return new_id() if context.command_id is None else str(UUID(context.command_id))",
        "return new_id()",
        "services/tickets/tests/test_process.py -k killed_under_load",
    ),
    Mechanism(
        "the same key opens one ticket through two gateways at once",
        f"{CORE}/records/command.py",
        "return new_id() if context.command_id is None else str(UUID(context.command_id))",
        "return new_id()",
        "tests-integration/test_two_of_everything.py -k effect_is_there_once",
    ),
    Mechanism(
        "the same command changes a ticket once",
        "services/tickets/tickets/adapters/document.py",
        'document["commands"]',
        "[]",
        "services/tickets/tests/test_store_contract.py -k fifty_commands",
    ),
    Mechanism(
        "search takes a ticket's fields in any order of events",
        "services/knowledge/knowledge/domain/document.py",
        'if change.sequence > known["sequence"]:',
        "if True:",
        "services/knowledge/tests/test_document.py -k any_order",
    ),
    Mechanism(
        "analytics applies each event once and in order",
        "services/analytics/analytics/domain/fact.py",
        "if step.sequence <= self.applied or step.sequence in self.parked:",
        "if step.sequence in self.parked:",
        "services/analytics/tests/test_fact.py -k any_order",
    ),
    Mechanism(
        "a fact that a dying process wrote is announced by the next one",
        "services/analytics/analytics/usecases/fact.py",
        "ports.facts.announce(generation, left)",
        "ports.facts.announce(generation, (id_ for id_, (_, changed) in taken.items() if changed))",
        "services/analytics/tests/test_memory.py -k dying",
    ),
    Mechanism(
        "a fact that was written again before its mark is announced again",
        "services/analytics/analytics/adapters/fact.py",
        "UpdateOne(row, ",
        'UpdateOne({"_id": row["_id"]}, ',
        "services/analytics/tests/test_memory.py -k before_the_mark",
    ),
    Mechanism(
        "a mail is marked before it is handed over",
        "services/notifications/notifications/usecases/send.py",
        "if not _mark_handing(sender, rows, handover.receipt):",
        "if not rows:",
        "services/notifications/tests/test_at_most_once.py -k killed_at_each_line",
    ),
    Mechanism(
        "a sender takes only what is still queued",
        "services/notifications/notifications/adapters/delivery.py",
        '"state": "queued"}, take)',
        "}, take)",
        "services/notifications/tests/test_at_most_once.py -k many_senders",
    ),
    Mechanism(
        "a delivery is refused when its right has ended",
        "services/notifications/notifications/usecases/permission.py",
        "if readability.reads(ticket_id, staff_only=row.staff_only)]",
        "if ticket_id]",
        "services/notifications/tests/test_rights.py -k nothing_leaves",
    ),
    Mechanism(
        "a right that ends while a message is prepared holds it back",
        "services/notifications/notifications/usecases/send.py",
        "if not _may_still_send(sender, bundle, asked_at):",
        "if not bundle:",
        "services/notifications/tests/test_rights.py -k is_prepared",
    ),
    Mechanism(
        "the inbox leaves out what its reader may not read now",
        "services/notifications/notifications/channels/inbox/reading.py",
        "if readability.reads(row.entry.ticket_id, staff_only=row.staff_only):",
        "if row:",
        "services/notifications/tests/test_rights.py -k nothing_leaves",
    ),
    Mechanism(
        "a query that names a staff field covers only tickets of which the viewer is staff",
        "shared-schemas/trackline_schemas/access.py",
        "rule = readable if used.isdisjoint(STAFF_FIELDS) else readable_as_staff",
        "rule = readable",
        "services/analytics/tests/test_staff_fields.py -k filters",
    ),
    Mechanism(
        "a cursor that was never handed out is refused",
        "shared-schemas/trackline_schemas/paging.py",
        "    except (ValueError, RecursionError):\n",
        "    except ZeroDivisionError:\n",
        "tests-integration/test_api_document.py -k no_input",
    ),
    Mechanism(
        "a stopped service is refused at once",
        "gateway/gateway/bus/rpc.py",
        "        if not up:\n",
        "        if up is None:\n",
        "gateway/tests/core/test_rpc.py -k stopped_service",
    ),
    Mechanism(
        "a call that nobody took in time expires in its queue",
        "gateway/gateway/bus/rpc.py",
        "expiration=",
        "message_type=",
        "gateway/tests/core/test_rpc.py -k does_not_run_later",
    ),
    Mechanism(
        "more than a small body is read only when its sender is known",
        "gateway/gateway/kit/limits.py",
        "                await self._check_size(scope, body, body.size)\n",
        "",
        "gateway/tests/core/test_large_bodies.py -k signing_in",
    ),
    Mechanism(
        "streams that begin at once have one limit together",
        "gateway/gateway/live/response.py",
        "        self._hub.check_room(self._credential.user_id)\n",
        "",
        "gateway/tests/core/test_large_bodies.py -k begin_at_once",
    ),
    Mechanism(
        "nobody fills the line in front of the renderer",
        "gateway/gateway/markdown/renderer.py",
        "asyncio.Semaphore(PLACES_PER_PERSON)",
        "asyncio.Semaphore(100)",
        "gateway/tests/markdown/test_renderer.py -k every_window",
    ),
    Mechanism(
        "nobody fills the line in front of the comparisons",
        "gateway/gateway/actions/comparing.py",
        "Lane(reader_id, known=True)",
        'Lane("", known=True)',
        "gateway/tests/core/test_comparing.py -k takes_no_place",
    ),
    Mechanism(
        "an assignee can answer in the ticket's team",
        "services/tickets/tickets/usecases/assignee.py",
        """    return person.has_role(team_id, "reply", {team_id: False, **teams} if team_id else teams)\n""",
        "    return True\n",
        "services/tickets/tests/test_assignees.py -k cannot_answer",
    ),
    Mechanism(
        "an import adds no step to a ticket that its sender may not change",
        "services/tickets/tickets/usecases/imports.py",
        "if not rights.writes_as_staff(ports, context.viewer, stored.ticket):",
        "if False:",
        "services/tickets/tests/test_imports.py -k reference_is_taken",
    ),
    Mechanism(
        "a person makes only so many changes within an hour",
        "gateway/gateway/actions/caller.py",
        "            self.quota.count(self.viewer, operation)\n",
        "            pass\n",
        "gateway/tests/core/test_quota.py -k so_many_changes",
    ),
    Mechanism(
        "uploads at once do not pass the limit together",
        "gateway/gateway/files/uploads.py",
        "properties)\n            await self._check_allowance(owner_id, allowance)\n",
        "properties)\n",
        "gateway/tests/files/test_uploads.py -k pass_the_limit",
    ),
    Mechanism(
        "nothing removes the file of an upload that was answered",
        "gateway/gateway/files/uploads.py",
        "self._set(file_id, grid, properties)",
        'self._set(file_id, grid, {**properties, "complete": True})',
        "gateway/tests/files/test_uploads.py -k answered_repeat",
    ),
    Mechanism(
        "unused uploads at once do not pass their number together",
        "gateway/gateway/files/uploads.py",
        '{"_id": file_id, **row, "slot": slot}',
        '{"_id": file_id, **row}',
        "gateway/tests/files/test_uploads.py -k pass_their_number",
    ),
    Mechanism(
        "JSON is read in UTF-8 only",
        "gateway/gateway/kit/characters.py",
        '    if "\\0" in text:\n',
        "    if False:\n",
        "gateway/tests/core/test_careless_clients.py -k in_utf8_only",
    ),
    Mechanism(
        "a process of the release before does not find encrypted rows",
        "services/notifications/notifications/adapters/delivery.py",
        'SEALED = " sealed"',
        'SEALED = ""',
        "services/notifications/tests/test_sealed.py -k earlier_release_does_not_find",
    ),
    Mechanism(
        "what is encrypted with an older key is encrypted again",
        "services/chassis/trackline_chassis/sealing.py",
        'return stored.startswith(f"{_PREFIX}{self._newest}:")',
        "return stored.startswith(_PREFIX)",
        "services/chassis/tests/test_sealing.py -k still_decrypts",
    ),
    Mechanism(
        "only trusted proxies tell the address of the client",
        "gateway/gateway/kit/proxies.py",
        "super().__init__(app, list(proxies))",
        'super().__init__(app, "*")',
        "gateway/tests/core/test_requests.py -k only_trusted",
    ),
    Mechanism(
        "a file without a verdict is refused",
        "gateway/gateway/files/scanner.py",
        """    return "failed", refuse(reasons.files.SCANNER_DOWN, detail={"retry_after": 30})""",
        """    return "failed", None""",
        "gateway/tests/files/test_scanner.py -k without_a_verdict",
    ),
    Mechanism(
        "whoever leaves ends the judgement of their file",
        "gateway/gateway/actions/files.py",
        "async with translate_store_errors(), unless_gone():",
        "async with translate_store_errors():",
        "gateway/tests/core/test_leaving.py -k leaves_no_upload",
    ),
    Mechanism(
        "whoever leaves ends the work on a conversation's page",
        "gateway/gateway/portal/ticket/routes.py",
        "async with unless_gone():",
        "if True:",
        "gateway/tests/portal/test_long_conversations.py -k whoever_leaves",
    ),
    Mechanism(
        "a conversation's page has a limit in bytes",
        "gateway/gateway/portal/ticket/part.py",
        "if items and room < 0:",
        "if False:",
        "gateway/tests/portal/test_long_conversations.py -k limit_in_bytes",
    ),
    Mechanism(
        "the HTML of a text is bounded by its length",
        "gateway/gateway/markdown/worker.py",
        "HTML_OF_ANY + HTML_PER_BYTE * len(text.encode())",
        "MAX_HTML",
        "gateway/tests/markdown/test_worker.py -k more_html_than_its_length",
    ),
    Mechanism(
        "nobody has more of the temporary folder than is left for others",
        "gateway/gateway/kit/room.py",
        "min(self._most_per_person, left - self._reserve)",
        "self._most_per_person",
        "gateway/tests/files/test_room.py -k more_than_is_left",
    ),
    Mechanism(
        "everybody has a small share of the temporary folder",
        "gateway/gateway/kit/room.py",
        "max(self._small, large)",
        "large",
        "gateway/tests/files/test_room.py -k small_share",
    ),
    Mechanism(
        "whoever falls silent is given up, however much has come",
        "gateway/gateway/kit/limits.py",
        "max(0.0, self.silence + waited - size / BYTES_PER_SECOND)",
        "self.silence + waited - size / BYTES_PER_SECOND",
        "gateway/tests/core/test_full_room.py -k falls_silent",
    ),
    Mechanism(
        "a judge that dies says nothing about its file",
        "gateway/gateway/judge/process.py",
        'outcome = _OUTCOMES.get(status, "failed")',
        'outcome = _OUTCOMES.get(status, "costly")',
        "gateway/tests/files/test_judges.py -k dies_or_hangs",
    ),
    Mechanism(
        "no refusal is written into another answer",
        "gateway/gateway/kit/connection.py",
        "if self._is_answering() and (self.cycle.response_started or not self.cycle.more_body):",
        "if False:",
        "gateway/tests/core/test_connection.py -k into_another_answer",
    ),
    Mechanism(
        "a verdict counts only for the whole file",
        "gateway/gateway/files/scanner.py",
        "if not complete and answer == CLEAN else answer",
        "if False else answer",
        "gateway/tests/files/test_scanner.py -k on_the_beginning",
    ),
    Mechanism(
        "nobody can name a file before its verdict",
        "gateway/gateway/files/uploads.py",
        """                await self._check(name, await self._bytes(grid))
""",
        """                await self._set(file_id, grid, {**properties, "complete": True})
                await self._check(name, await self._bytes(grid))
""",
        "gateway/tests/files/test_scanner.py -k before_its_verdict",
    ),
    Mechanism(
        "the account of a process reads only its own queues",
        "services/chassis/trackline_chassis/accounts.py",
        """        "read": _pattern([*_names([*shared, f"{process}.events"]), *own]),""",
        """        "read": _pattern(everything),""",
        "services/chassis/tests/test_accounts.py -k nobody_reads",
    ),
    Mechanism(
        "the account of a process reads only its own database",
        "services/chassis/trackline_chassis/accounts.py",
        """[{"role": "readWrite", "db": f"{settings.database_prefix}_{process}"}]""",
        """["readWriteAnyDatabase"]""",
        "tests-integration/test_accounts.py -k nobody_reads",
    ),
]


def main() -> int:
    chosen = [one for one in MECHANISMS if not sys.argv[1:] or any(word in one.name for word in sys.argv[1:])]
    unproven = [one.name for one in chosen if not proven(one)]
    sys.stdout.write(f"\n{len(chosen) - len(unproven)} of {len(chosen)} mechanisms proven\n")
    return 1 if unproven else 0


def proven(mechanism: Mechanism) -> bool:
    with tempfile.TemporaryDirectory(prefix="trackline-prove-") as folder:
        copy = Path(folder)
        tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for name in tracked.splitlines():
            if (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, copy / name)
        file = copy / mechanism.file
        text = file.read_text()
        if text.count(mechanism.line) != 1:
            return _say("CHANGED", mechanism, f"its line stands {text.count(mechanism.line)} times in {mechanism.file}")
        file.write_text(text.replace(mechanism.line, mechanism.without))
        code = _test(copy, mechanism.test)
    # 1: tests failed. 0: all passed without the mechanism; anything else: none ran.
    return _say("proven" if code == 1 else "UNPROVEN", mechanism, mechanism.test)


def _test(copy: Path, test: str) -> int:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(copy / package) for package in PACKAGES)}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "--show-capture=no", *test.split(" ", 2)]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, timeout=300, check=False).returncode


def _say(verdict: str, mechanism: Mechanism, detail: str) -> bool:
    sys.stdout.write(f"{verdict:9} {mechanism.name}  ({detail})\n")
    sys.stdout.flush()
    return verdict == "proven"


if __name__ == "__main__":
    sys.exit(main())
