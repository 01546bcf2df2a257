"""A key's requests over one server, as any HTTP client makes them."""

import base64
import http.client
import json
import urllib.parse


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body

    @property
    def content_type(self):
        return self.headers.get("content-type", "").split(";")[0].strip()

    def json(self):
        """The body as JSON; None of an empty or other one."""
        if not self.body or "json" not in self.content_type:
            return None
        return json.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.body[:300].decode(errors='replace')}"


class Client:
    """Keeps no connection: each request stands alone."""

    def __init__(self, address, base, key=None):
        self.host = urllib.parse.urlsplit(address).netloc
        self.base = base
        self.key = key

    def ask(self, method, path, body=None, query=None, headers=None, at_root=False):
        target = ("" if at_root else self.base) + path
        if query:
            target += "?" + urllib.parse.urlencode(query)
        sent = dict(headers or {})
        if self.key:
            sent["Authorization"] = "Basic " + base64.b64encode(":".join(self.key).encode()).decode()
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, target, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()
