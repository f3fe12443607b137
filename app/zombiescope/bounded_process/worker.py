"""Processes with the libraries loaded that do one job each and end: the side that does them."""

from __future__ import annotations

import array
import os
import signal
import socket
import sys
from multiprocessing.connection import Connection
from typing import NoReturn

from zombiescope.bounded_process.job import perform, preload

__all__ = ["serve_forks", "serve_one"]


def serve_forks(control: int) -> None:
    """Fork for each job whose socket comes over the control socket; end when that is closed."""
    preload()
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # a terminal sends it to the whole group: the service decides
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    with socket.socket(fileno=control) as ours:
        while True:
            descriptors = array.array("i")
            _, rights, _, _ = ours.recvmsg(1, socket.CMSG_LEN(descriptors.itemsize))
            if not rights:
                return
            descriptors.frombytes(rights[0][2][: descriptors.itemsize])
            if os.fork() == 0:
                ours.close()
                _serve(descriptors[0])
            os.close(descriptors[0])


def _serve(descriptor: int) -> NoReturn:
    """Do the job that comes over this socket, in a forked process, and end it."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with Connection(descriptor) as connection:
            connection.send_bytes(str(os.getpid()).encode())
            connection.send_bytes(perform(connection.recv_bytes()))
    finally:
        os._exit(0)  # without what an interpreter does at its end: that is the server's


def serve_one() -> None:
    """Do one job: read from stdin, its answer to stdout after a byte that says that the libraries are loaded."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no part of the answer
    preload()
    answer.write(b"\n")
    answer.flush()
    answer.write(perform(sys.stdin.buffer.read()))
    answer.flush()
