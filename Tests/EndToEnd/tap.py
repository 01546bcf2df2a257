"""A listener between the server and its engine that notes what the engine itself says."""

import json
import re
import socket
import threading

CHUNK_HEAD = re.compile(rb"\r\n[0-9a-f]+\r\n")


class EngineTap:
    """Hands bytes on between two Unix sockets, unchanged, and keeps what comes from the engine."""

    def __init__(self, path, engine, tls=None):
        """- tls: an `ssl.SSLContext`; then it listens on a port of the loopback, and `path` doesn't count."""
        self.engine = engine
        self.tls = tls
        self.answers = []
        self.near = set()
        self.is_cut = False
        # How often somebody came who didn't show who they are.
        self.refused = 0
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_INET if tls else socket.AF_UNIX)
        self.listener.bind(("127.0.0.1", 0) if tls else str(path))
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.connect, args=(near,), daemon=True).start()

    def connect(self, near):
        said = bytearray()
        if self.tls:
            try:
                near = self.tls.wrap_socket(near, server_side=True)
            except OSError:
                self.refused += 1
                near.close()
                return
        with self.lock:
            self.answers.append(said)
            self.near.add(near)
            if self.is_cut:
                near.close()
                return
        with near, socket.socket(socket.AF_UNIX) as far:
            far.connect(self.engine)
            asking = threading.Thread(target=self.hand_on, args=(near, far, None), daemon=True)
            asking.start()
            self.hand_on(far, near, said)
            asking.join()

    def hand_on(self, source, target, said):
        try:
            while part := source.recv(65536):
                if said is not None:
                    with self.lock:
                        said += part
                target.sendall(part)
        except OSError:
            pass
        for side in (source, target):
            try:
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def ended(self):
        """By container name, of those that the engine called ended: its (StartedAt, FinishedAt), and the task."""
        with self.lock:
            texts = [CHUNK_HEAD.sub(b"", bytes(said)) for said in self.answers]
        found = {}
        for text in texts:
            for place in re.finditer(rb'\{"Id":"[0-9a-f]{64}","Created"', text):
                try:
                    state, _ = json.JSONDecoder().raw_decode(text[place.start():].decode(errors="replace"))
                except ValueError:
                    continue
                if state["State"]["Status"] in ("exited", "stopped", "dead"):
                    times = state["State"]["StartedAt"], state["State"]["FinishedAt"]
                    task = state["Config"]["Labels"]["jp.kanjo.task"]
                    found.setdefault(state["Name"].lstrip("/"), set()).add((times, task))
        return found

    def cut(self):
        """From now on nobody answers."""
        with self.lock:
            self.is_cut = True
            for near in self.near:
                try:
                    near.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            self.near.clear()

    def mend(self):
        with self.lock:
            self.is_cut = False

    def close(self):
        self.listener.close()
