"""Values against the schemas of the contract (JSON Schema 2020-12)."""

import jsonschema
import referencing
from referencing.jsonschema import DRAFT202012

NAME = "urn:kanjo:openapi"


def step(name):
    """A part of a JSON pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")


class Schemas:
    def __init__(self, contract):
        resource = referencing.Resource(contents=contract.document, specification=DRAFT202012)
        self.registry = referencing.Registry().with_resource(NAME, resource)
        self.validators = {}

    def faults(self, pointer, value):
        """What is wrong with a value by the schema at a JSON pointer of the document."""
        if pointer not in self.validators:
            self.validators[pointer] = jsonschema.Draft202012Validator(
                {"$ref": f"{NAME}#{pointer}"},
                registry=self.registry,
                format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
            )
        found = self.validators[pointer].iter_errors(value)
        return [f"{'/'.join(map(str, fault.path)) or 'the value'}: {fault.message[:200]}" for fault in found]

    def faults_of_answer(self, operation, status, content_type, value):
        """What is wrong with an answer's JSON; one that isn't documented is a fault."""
        answer = operation.answer(status)
        if answer is None:
            return [f"status {status} is not documented"]
        content_type = (content_type or "").split(";")[0].strip()
        if not answer.get("content"):
            return [] if value is None else [f"status {status} has a body, none is documented"]
        if content_type not in answer["content"]:
            return [f"status {status} as '{content_type}' is not documented"]
        if content_type != "application/json":
            return []
        responses = operation.item["responses"][str(status)]
        base = f"/paths/{step(operation.path)}/{operation.method.lower()}/responses/{status}"
        if "$ref" in responses:
            base = responses["$ref"].removeprefix("#")
        return self.faults(f"{base}/content/{step(content_type)}/schema", value)
