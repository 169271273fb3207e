"""A mail server that takes everything and keeps nothing; prints its port, and at the end the count.

A process of its own: what it costs is not the portal's. `python -m bench.mail_sink`, ended by SIGTERM.
"""

import asyncio
import signal
import sys

taken = 0


async def serve() -> None:
    """Take mails on a free port of this machine until SIGTERM."""
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    server = await asyncio.start_server(_talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await over.wait()
    print(taken, flush=True)


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One client: just enough of RFC 5321."""
    global taken  # noqa: PLW0603 - the whole state of this process
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        if word == b"DATA":
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            taken += 1
        writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
        await writer.drain()
        if word == b"QUIT":
            break
    writer.close()


if __name__ == "__main__":
    asyncio.run(serve())
    sys.exit(0)
