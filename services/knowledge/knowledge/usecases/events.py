"""Builds every event that this service emits."""

from functools import partial

from trackline_core.replay import request_event

replay_request = partial(request_event, "knowledge.events", "/trackline/knowledge")
