import Units
import UsageLedger

/// The decoder's rules a second time, slowly and plainly over `JSONValue`, to hold the fast one.
struct ReferenceDecoder {
    struct Refused: Error {}

    let task: TaskID
    let fact: UsageFact
    let body: [UInt8]
    /// Field and canonical text.
    private(set) var privateTexts: [String: [UInt8]] = [:]

    init(_ bytes: [UInt8], salt: Salt) throws {
        var event = try Self.parse(bytes)
        func name(_ key: String) throws -> String {
            guard let text = event[key]?.string, (1...256).contains(text.unicodeScalars.count), text.isClean else {
                throw Refused()
            }
            return text
        }
        if let version = event["specversion"], !version.isNull, version.string != "1.0" { throw Refused() }
        guard event["data_base64"] == nil else { throw Refused() }
        guard let typeName = event["type"]?.string,
            let type = UsageEventType.allCases.first(where: { $0.name == typeName })
        else {
            throw Refused()
        }
        let data = event["data"].flatMap { $0.isNull ? nil : $0 } ?? .object([])
        guard let members = data.members else { throw Refused() }
        task = try TaskID(event["subject"]?.string ?? "")
        let time = try Instant(rfc3339: event["time"]?.string ?? "")
        fact = UsageFact(
            key: EventKey(source: try name("source"), id: try name("id")), time: time,
            detail: try ReferenceFields(data, type).detail(type))

        var texts: [String: [UInt8]] = [:]
        let rewritten = try members.map { member -> JSONValue.Member in
            if ReferenceFields.privateKeys.contains(member.key), !member.value.isNull {
                let text = member.value.canonicalBytes
                texts[member.key] = text
                return .init(member.key, .string("sha256:" + saltedDigest(text, salt)))
            }
            return .init(member.key, try ReferenceFields.canonical(member, type))
        }
        privateTexts = texts
        event = event.setting("specversion", .string("1.0")).setting("data", .object(rewritten))
            .setting("time", .string(time.canonicalText))
        body = event.canonicalBytes
    }

    /// A fraction is taken at `data.gpus` of the two types that know GPUs.
    private static func parse(_ bytes: [UInt8]) throws -> JSONValue {
        if let value = try? JSONValue(parsing: bytes) { return value }
        let value = try JSONValue(parsing: bytes, fractionPath: ["data", "gpus"])
        guard ["task.started", "usage.restated"].contains(value["type"]?.string) else { throw Refused() }
        return value
    }
}

/// The known data keys of one event.
private struct ReferenceFields {
    static let privateKeys: Set<String> = [
        "name", "tags", "image", "command", "entrypoint", "environment", "error_message", "reason",
    ]
    static let keys: [UsageEventType: Set<String>] = [
        .submitted: ["account", "user", "name", "plan", "tags", "execution_time_limit_sec"],
        .started: ["attempt", "node", "gpus", "account", "user", "plan"],
        .alive: ["attempt"],
        .stopped: ["attempt", "outcome", "exit_code", "error_message"],
        .canceled: ["reason"],
        .waived: ["attempt", "from", "to", "reason", "who"],
        .restated: ["attempt", "started_at", "stopped_at", "account", "user", "plan", "gpus", "reason", "who"],
    ]

    private let data: JSONValue
    private let known: Set<String>

    init(_ data: JSONValue, _ type: UsageEventType) throws {
        self.data = data
        known = Self.keys[type]!
        for key in ["name", "error_message", "reason", "who", "node"] { _ = try text(key) }
        _ = try integer("exit_code", -9_007_199_254_740_991...9_007_199_254_740_991)
        if let tags = value("tags") {
            guard let tags = tags.array, tags.count <= 100, tags.allSatisfy({ $0.string != nil }) else {
                throw ReferenceDecoder.Refused()
            }
        }
    }

    func detail(_ type: UsageEventType) throws -> UsageFact.Detail {
        let identity = NamedIdentity(
            account: try text("account").map { try AccountID($0) }, user: try text("user").map { try UserID($0) },
            plan: try text("plan").map { try PlanID($0) })
        let attempt = try integer("attempt", 1...9_007_199_254_740_991) ?? 1
        let gpus = try value("gpus").map(Self.gpus)
        let (from, to) = (try instant("from"), try instant("to"))
        switch type {
        case .submitted:
            return .submitted(identity, limitSeconds: try integer("execution_time_limit_sec", 0...10_000_000_000))
        case .started: return .started(attempt: attempt, identity, gpus: gpus)
        case .alive: return .alive(attempt: attempt)
        case .stopped:
            let outcome = try text("outcome")
            guard outcome == nil || Outcome(rawValue: outcome!) != nil else { throw ReferenceDecoder.Refused() }
            return .stopped(attempt: attempt, outcome.flatMap(Outcome.init))
        case .canceled: return .canceled
        case .waived:
            guard let from, let to, from < to else { throw ReferenceDecoder.Refused() }
            return .waived(attempt: attempt, from: from, to: to)
        case .restated:
            let restatement = Restatement(
                startedAt: try instant("started_at"), stoppedAt: try instant("stopped_at"), identity: identity,
                gpus: gpus)
            guard restatement != Restatement() else { throw ReferenceDecoder.Refused() }
            return .restated(attempt: attempt, restatement)
        }
    }

    static func canonical(_ member: JSONValue.Member, _ type: UsageEventType) throws -> JSONValue {
        guard keys[type]!.contains(member.key), !member.value.isNull else { return member.value }
        switch member.key {
        case "from", "to", "started_at", "stopped_at":
            return .string(try Instant(rfc3339: member.value.string ?? "").canonicalText)
        case "gpus":
            let quantity = try gpus(member.value)
            return quantity.isWhole ? .integer(quantity.thousandths / 1000) : .string(quantity.description)
        default: return member.value
        }
    }

    private static func gpus(_ value: JSONValue) throws -> GPUQuantity {
        try GPUQuantity(decimal: value.integer.map(String.init) ?? value.string ?? "")
    }

    /// `nil` for null, for an absent key, and for one that this type doesn't know.
    private func value(_ key: String) -> JSONValue? {
        guard known.contains(key), let value = data[key], !value.isNull else { return nil }
        return value
    }

    private func text(_ key: String) throws -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw ReferenceDecoder.Refused() }
        return text
    }

    private func integer(_ key: String, _ range: ClosedRange<Int64>) throws -> Int64? {
        guard let value = value(key) else { return nil }
        guard let number = value.integer, range.contains(number) else { throw ReferenceDecoder.Refused() }
        return number
    }

    private func instant(_ key: String) throws -> Instant? { try text(key).map { try Instant(rfc3339: $0) } }
}

extension JSONValue {
    fileprivate func setting(_ key: String, _ value: JSONValue) -> JSONValue {
        .object((members ?? []).filter { $0.key != key } + [.init(key, value)])
    }
}

extension String {
    fileprivate var isClean: Bool { unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } }
}

/// SHA-256(salt ‖ text) as hexadecimal digits, for a salt that begins with 00, the prefix of a leaf.
private func saltedDigest(_ text: [UInt8], _ salt: Salt) -> String {
    precondition(salt.first == 0)
    return hexadecimal(MerkleTree.leafHash(of: salt.dropFirst() + text))
}
