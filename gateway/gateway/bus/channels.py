"""Opens channels that live for a few questions only."""

from itertools import cycle

from aio_pika.abc import AbstractChannel, AbstractConnection

# aiormq gives the number of a channel that RabbitMQ has closed to the next channel before it has confirmed the closing,
# and RabbitMQ then closes the whole connection. So these channels take turns. RabbitMQ allows numbers up to 2047.
_short_numbers = cycle(range(1000, 2000))
# Without a number, aiormq takes the one after the highest in use, and a short channel would meet it there.
_renewed_numbers = cycle(range(500, 1000))


async def short_channel(connection: AbstractConnection, *, publisher_confirms: bool = False) -> AbstractChannel:
    """The caller closes it."""
    return await _open(connection, next(_short_numbers), publisher_confirms)


async def renewed_channel(connection: AbstractConnection) -> AbstractChannel:
    """Returns a channel with publisher confirms in place of one that the caller then closes."""
    return await _open(connection, next(_renewed_numbers), publisher_confirms=True)


async def _open(connection: AbstractConnection, number: int, publisher_confirms: bool) -> AbstractChannel:
    channel = connection.channel(number, publisher_confirms=publisher_confirms, on_return_raises=publisher_confirms)
    await channel.initialize()
    return channel
