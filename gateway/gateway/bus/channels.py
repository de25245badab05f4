"""Opens channels that live for a few questions only."""

from itertools import cycle

from aio_pika.abc import AbstractChannel, AbstractConnection

# aiormq gives the number of a channel that RabbitMQ has closed to the next channel before it has confirmed the closing,
# and RabbitMQ then closes the whole connection. So these channels take turns. RabbitMQ allows numbers up to 2047.
_numbers = cycle(range(1000, 2000))


async def short_channel(connection: AbstractConnection, *, publisher_confirms: bool = False) -> AbstractChannel:
    """The caller closes it."""
    channel = connection.channel(
        next(_numbers), publisher_confirms=publisher_confirms, on_return_raises=publisher_confirms
    )
    await channel.initialize()
    return channel
