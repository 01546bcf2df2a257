import Billing
import Units
import Yams

/// One mapping of the file with its known keys.
struct FileEntry {
    /// The section's key in the file, for messages.
    let section: String
    let line: Int
    let values: [String: Node]
}

/// One value of an entry.
struct FileValue {
    let text: String
    /// 1-based; 0 where there are no lines.
    let line: Int
    /// Its key, with the place in a list: `users[1]`.
    let field: String
}

/// Reads single fields out of entries and keeps everything that is wrong, so that one pass tells it all.
struct SetUpFileFields {
    private(set) var errors: [SetUpError] = []

    mutating func refuse(_ code: SetUpError.Code, line: Int, field: String = "", _ message: String) {
        errors.append(SetUpError(code, line: line, field: field, message))
    }

    /// The entry that a mapping makes; `nil` when it isn't one.
    mutating func entry(_ node: Node, section: String, keys: [String]) -> FileEntry? {
        guard case .mapping(let mapping) = node else {
            refuse(.invalidValue, line: node.line, "\(section): keys and values are needed, not \(node.kindText)")
            return nil
        }
        var values: [String: Node] = [:]
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key, keys.contains(scalar.string) else {
                let name = key.scalar.map { "'\($0.string.prefix(60))'" } ?? "that is \(key.kindText)"
                refuse(
                    .unknownKey, line: key.line,
                    "\(section): unknown key \(name); known keys: \(keys.joined(separator: ", "))")
                continue
            }
            values[scalar.string] = value
        }
        return FileEntry(section: section, line: node.line, values: values)
    }

    /// The items of a list; empty when the key is absent.
    mutating func list(_ key: String, of entry: FileEntry, what: String) -> [Node] {
        guard let node = entry.values[key] else { return [] }
        guard case .sequence(let items) = node else {
            let path = entry.path(key)
            let advice = node.isNothing ? "; leave the key out when there is none" : ""
            refuse(
                .invalidValue, line: node.line, field: key,
                "\(path): a list of \(what) is needed, not \(node.kindText)\(advice)")
            return []
        }
        return Array(items)
    }

    /// The values of a list.
    mutating func scalars(_ key: String, of entry: FileEntry, what: String) -> [FileValue] {
        list(key, of: entry, what: what).enumerated().compactMap { index, item in
            let field = "\(key)[\(index)]"
            guard case .scalar(let scalar) = item, !item.isNothing, !scalar.string.isEmpty else {
                refuse(
                    .invalidValue, line: item.line, field: field,
                    "\(entry.path(key)): a list of \(what) can't hold \(item.kindText)")
                return nil
            }
            return untagged(scalar, FileValue(text: scalar.string, line: item.line, field: field), entry.path(key))
        }
    }

    /// One value; `nil` when it is absent or null.
    mutating func scalar(_ key: String, of entry: FileEntry) -> FileValue? {
        guard let node = entry.values[key], !node.isNothing else { return nil }
        guard case .scalar(let scalar) = node else {
            refuse(
                .invalidValue, line: node.line, field: key,
                "\(entry.path(key)): one value is needed, not \(node.kindText)")
            return nil
        }
        return untagged(scalar, FileValue(text: scalar.string, line: node.line, field: key), entry.path(key))
    }

    /// Refuses `!!binary` and the like, which would change what the text means.
    private mutating func untagged(_ scalar: Node.Scalar, _ value: FileValue, _ path: String) -> FileValue? {
        let tag = scalar.tag.description
        guard tag.isEmpty || tag == "tag:yaml.org,2002:str" else {
            refuse(value, "\(path): the tag \(tag.prefix(60)) isn't read; write the plain value")
            return nil
        }
        return value
    }

    private mutating func refuse(_ value: FileValue, _ message: String) {
        refuse(.invalidValue, line: value.line, field: value.field, message)
    }

    /// Like `scalar`, and refuses an entry without it.
    mutating func required(_ key: String, of entry: FileEntry) -> FileValue? {
        if entry.values[key].map(\.isNothing) != false {
            let place = entry.section.isEmpty ? "" : "\(entry.section): "
            refuse(.invalidValue, line: entry.line, field: key, "\(place)'\(key)' is missing")
            return nil
        }
        return scalar(key, of: entry)
    }

    /// A person's words; absent stays `nil`.
    mutating func words(_ key: String, of entry: FileEntry) -> String? {
        scalar(key, of: entry).flatMap { checkedWords($0, path: entry.path(key)) }
    }

    /// Words that an entry needs, not blank.
    mutating func requiredWords(_ key: String, of entry: FileEntry) -> String? {
        guard let found = required(key, of: entry) else { return nil }
        guard !found.text.allSatisfy(\.isWhitespace) else {
            refuse(found, "\(entry.path(key)) is empty")
            return nil
        }
        return checkedWords(found, path: entry.path(key))
    }

    private mutating func checkedWords(_ found: FileValue, path: String) -> String? {
        guard let fault = SetUpText.fault(found.text) else { return found.text }
        refuse(found, "\(path): \(fault)")
        return nil
    }

    /// A value that a unit of measure reads from its exact text.
    mutating func unit<Value>(
        _ found: FileValue?, _ path: String, _ read: (String) throws(UnitError) -> Value
    ) -> Value? {
        guard let found else { return nil }
        do throws(UnitError) {
            return try read(found.text)
        } catch {
            refuse(found, "\(path): \(error.message)")
            return nil
        }
    }

    /// A whole number as it is written; `0120` and `1_000` mean different things to different YAML readers and are
    /// refused.
    mutating func whole(_ found: FileValue?, _ path: String) -> Int64? {
        guard let found else { return nil }
        let digits = found.text.utf8.drop { $0 == UInt8(ascii: "-") }
        guard digits.first != UInt8(ascii: "0") || digits.count == 1, digits.first != UInt8(ascii: "+"),
            let value = Int64(found.text)
        else {
            refuse(found, "\(path): '\(found.text.prefix(40))' is no whole number such as 60")
            return nil
        }
        return value
    }

    /// One word of a fixed list.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of entry: FileEntry, _ type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        guard let found = scalar(key, of: entry) else { return nil }
        if let choice = Choice(rawValue: found.text) { return choice }
        let allowed = Choice.allCases.map(\.rawValue).joined(separator: " or ")
        refuse(found, "\(entry.path(key)): '\(found.text.prefix(40))' is unknown; write \(allowed)")
        return nil
    }
}

extension FileEntry {
    /// `prices.from`.
    func path(_ key: String) -> String { section.isEmpty ? key : "\(section).\(key)" }
}

extension Node {
    /// 1-based line where the value begins.
    var line: Int { mark?.line ?? 0 }

    /// YAML's null: nothing, `~` or `null` without quotes.
    var isNothing: Bool {
        guard case .scalar(let scalar) = self, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// What a person would call it.
    var kindText: String {
        switch self {
        case .mapping: "keys and values"
        case .sequence: "a list"
        case .scalar(let scalar): isNothing ? "nothing" : "the value '\(scalar.string.prefix(40))'"
        case .alias: "an alias"
        }
    }
}
