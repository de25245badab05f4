from trackline_chassis.publisher import Publisher
from trackline_chassis.settings import ChassisSettings
from trackline_core.messages import Outgoing
from trackline_testing.policies import queue_policy
from trackline_testing.waiting import wait_for

MESSAGE = Outgoing("", "knowledge.events", b"{}")


def test_a_queue_takes_messages_again_when_its_limit_is_lifted(settings: ChassisSettings) -> None:
    publisher = Publisher(settings.amqp_url)
    assert publisher.publish([MESSAGE]) == [True]
    with queue_policy(settings.amqp_url, "knowledge.events", max_length=1):
        wait_for(lambda: publisher.publish([MESSAGE]) == [False])
        assert publisher.publish([MESSAGE]) == [False]
    wait_for(lambda: publisher.publish([MESSAGE]) == [True], 5)
    publisher.close()
