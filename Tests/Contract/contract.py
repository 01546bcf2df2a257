"""The contract, schema/openapi.yaml, as the checks of this folder read it."""

import pathlib
import re

import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = TOP / "schema" / "openapi.yaml"
PENDING = pathlib.Path(__file__).resolve().parent / "pending.txt"
METHODS = ("get", "put", "post", "patch", "delete")


def pending():
    """Operations whose routes are still on their way, written as `Operation.plain`."""
    lines = [line.split() for line in PENDING.read_text().splitlines() if not line.startswith("#")]
    return {f"{method} {line[0]}" for line in lines for method in line[1:]}


class Operation:
    """One method of one path."""

    def __init__(self, contract, path, item, method):
        self.contract = contract
        self.path = path
        self.method = method.upper()
        self.is_at_root = "servers" in item
        self.item = item[method]
        self.id = self.item["operationId"]
        self.roles = self.item.get("x-roles")
        self.ownership = self.item.get("x-ownership")
        self.is_open = self.item.get("security") == []
        self.parameters = [contract.resolved(p) for p in item.get("parameters", []) + self.item.get("parameters", [])]

    def __str__(self):
        return f"{self.method} {self.path}"

    @property
    def plain(self):
        """Without the names in its path and the slash at its end."""
        parts = (re.sub(r"^\{[^}]*\}", "{}", part) for part in self.path.strip("/").split("/"))
        return f"{self.method} {'root:' if self.is_at_root else ''}/{'/'.join(parts)}"

    @property
    def path_parts(self):
        return [p["name"] for p in self.parameters if p["in"] == "path"]

    @property
    def statuses(self):
        return {int(status) for status in self.item["responses"]}

    def answer(self, status):
        """The documented answer of a status, or None."""
        return self.contract.resolved(self.item["responses"].get(str(status)))

    def body(self):
        """Content type and example of the body: of the first content type. None without a body."""
        body = self.contract.resolved(self.item.get("requestBody"))
        if body is None:
            return None
        content_type, content = next(iter(body["content"].items()))
        example = content.get("example", self.contract.resolved(content["schema"]).get("example"))
        return content_type, example


class Contract:
    def __init__(self, path=DOCUMENT):
        self.text = path.read_text()
        self.document = yaml.safe_load(self.text)
        self.base = self.document["servers"][0]["url"].replace("{zone}", "is1a")

    @property
    def operations(self):
        """All of them, those on their way too."""
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield Operation(self, path, item, method)

    @property
    def landed(self):
        """Those that have a route."""
        on_their_way = pending()
        return [operation for operation in self.operations if operation.plain not in on_their_way]

    def resolved(self, value):
        """What a $ref points at."""
        while isinstance(value, dict) and "$ref" in value:
            found = self.document
            for part in value["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            value = found
        return value
