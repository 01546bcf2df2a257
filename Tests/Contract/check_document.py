"""The contract is valid OpenAPI 3.1, every body and answer has an example, every example fits its schema and comes back
from JSON as it went in, and every operation says who may ask.

usage: python3 check_document.py
"""

import json
import sys

import openapi_spec_validator

from contract import Contract
from schemas import Schemas, step


def examples(node, pointer):
    """Every example beside or inside a schema: (pointer of the schema, pointer of the example, value)."""
    if isinstance(node, list):
        for index, element in enumerate(node):
            yield from examples(element, f"{pointer}/{index}")
    if not isinstance(node, dict):
        return
    if "schema" in node and "example" in node:
        yield f"{pointer}/schema", f"{pointer}/example", node["example"]
    for key, value in node.items():
        if key not in ("example", "examples"):
            yield from examples(value, f"{pointer}/{step(key)}")


def schema_examples(contract):
    for name, schema in contract.document["components"]["schemas"].items():
        pointer = f"/components/schemas/{name}"
        values = list(schema.get("examples", []))
        if "example" in schema:
            values.append(schema["example"])
        for value in values:
            yield pointer, pointer, value


def without_example(contract):
    for operation in contract.operations:
        places = [("body", contract.resolved(operation.item.get("requestBody")))]
        places += [(status, operation.answer(status)) for status in operation.statuses]
        for place, holder in places:
            for content_type, content in (holder or {}).get("content", {}).items():
                if "example" not in content and "example" not in contract.resolved(content["schema"]):
                    yield f"{operation}: {place} as {content_type} has no example"


def without_words(contract):
    roles = {"user", "scheduler", "billing", "admin", "auditor"}
    for operation in contract.operations:
        if operation.roles is None or not set(operation.roles) <= roles:
            yield f"{operation}: x-roles names the roles that may ask"
        if operation.is_open == bool(operation.roles):
            yield f"{operation}: either open (security: []) or with roles"
        if operation.ownership is not None and operation.ownership not in operation.path_parts:
            yield f"{operation}: x-ownership names no part of the path"
        if not operation.item.get("summary") or not operation.item.get("tags"):
            yield f"{operation}: needs a summary and a tag"


def main(*_):
    contract = Contract()
    openapi_spec_validator.validate(contract.document)
    schemas = Schemas(contract)
    faults, count = [], 0
    for schema, place, value in [*examples(contract.document, ""), *schema_examples(contract)]:
        count += 1
        if json.loads(json.dumps(value)) != value:
            faults.append(f"{place}: not the same after JSON")
        faults += [f"{place}: {fault}" for fault in schemas.faults(schema, value)]
    faults += [*without_example(contract), *without_words(contract)]
    for fault in faults:
        print(fault, file=sys.stderr)
    operations = sum(1 for _ in contract.operations)
    print(f"contract: {operations} operations, {count} examples, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
